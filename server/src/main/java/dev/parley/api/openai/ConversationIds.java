package dev.parley.api.openai;

import dev.parley.api.openai.item.Hex32;
import dev.parley.auth.Authorizer;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Converts the ids of conversations and agents to the format of this API, and back. */
final class ConversationIds {
  private static final String CONVERSATION = "conv_";
  private static final String PROJECT = "proj_";

  private ConversationIds() {}

  static String of(UUID sessionId) {
    return CONVERSATION + Hex32.of(sessionId);
  }

  /**
   * Parses the id of a conversation.
   *
   * @throws SessionException {@code INVALID_FIELD} if the text does not start with the prefix;
   *     {@code SESSION_NOT_FOUND} if it is no id of this server
   */
  static UUID toModel(String id) {
    if (!id.startsWith(CONVERSATION)) {
      throw SessionException.invalid(
          List.of(
              FieldViolation.format("conversation_id", "must start with \"" + CONVERSATION + "\"")),
          Map.of(OpenAIErrorFormat.PARAM, "conversation_id"));
    }
    UUID sessionId = Hex32.parse(id.substring(CONVERSATION.length()));
    if (sessionId == null) {
      throw Authorizer.unknownSession();
    }
    return sessionId;
  }

  /** Parses the id of an agent, with or without its prefix; null if it is none. */
  static @Nullable UUID project(String id) {
    return Hex32.parse(
        id.startsWith(PROJECT) ? id.substring(PROJECT.length()) : id.replace("-", ""));
  }
}
