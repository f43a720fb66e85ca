package dev.parley.api.openai;

import com.fasterxml.jackson.core.JsonToken;
import dev.parley.api.json.JsonMapper;
import dev.parley.api.openai.item.JsonBuilder;
import dev.parley.api.openai.item.JsonMembers;
import dev.parley.api.openai.item.Marker;
import dev.parley.core.page.Page;
import dev.parley.model.FieldViolation;
import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.proto.openai.v1.Conversation;
import dev.parley.proto.openai.v1.ConversationList;
import dev.parley.proto.openai.v1.DeletedConversation;
import java.util.List;
import java.util.Set;

/** Converts sessions to and from conversations. */
final class ConversationMapper {
  private static final int PAIRS_MAX = 16;
  private static final int KEY_CHARACTERS_MAX = 64;
  private static final int VALUE_CHARACTERS_MAX = 512;

  /** The limit of a session's metadata in the native API. */
  private static final int METADATA_BYTES_MAX = 64 * 1024;

  private static final String METADATA = "metadata";

  private ConversationMapper() {}

  static Conversation toWire(Session session) {
    return Conversation.newBuilder()
        .setId(ConversationIds.of(session.sessionId()))
        .setObject("conversation")
        .setCreatedAt(session.createTime().getEpochSecond())
        .setMetadata(JsonMapper.toWire(metadata(session.profile().metadata())))
        .build();
  }

  static ConversationList toWire(Page<Session> page) {
    List<Session> sessions = page.items();
    ConversationList.Builder list =
        ConversationList.newBuilder().setObject("list").setHasMore(page.nextToken() != null);
    sessions.forEach(session -> list.addData(toWire(session)));
    if (!sessions.isEmpty()) {
      list.setFirstId(ConversationIds.of(sessions.get(0).sessionId()));
      list.setLastId(ConversationIds.of(sessions.get(sessions.size() - 1).sessionId()));
    }
    return list.build();
  }

  static DeletedConversation toDeleted(Session session) {
    return DeletedConversation.newBuilder()
        .setId(ConversationIds.of(session.sessionId()))
        .setObject("conversation.deleted")
        .setDeleted(true)
        .build();
  }

  /** The conversation's part of a session's metadata. Clients accept only strings as values. */
  private static Json metadata(Json ofSession) {
    byte[] own = JsonMembers.of(ofSession).value(Marker.NAME);
    if (own == null) {
      return Json.EMPTY_OBJECT;
    }
    JsonMembers members = JsonMembers.of(own);
    JsonBuilder strings = new JsonBuilder();
    for (String name : members.names()) {
      if (members.is(name, JsonToken.VALUE_STRING)) {
        members.addTo(strings, name);
      }
    }
    return strings.json();
  }

  /** Replaces the conversation's part of a session's metadata. */
  static Session.Profile withMetadata(Session.Profile profile, Json metadata) {
    JsonBuilder all = new JsonBuilder();
    JsonMembers.of(profile.metadata()).addTo(all, Set.of(Marker.NAME));
    if (!metadata.equals(Json.EMPTY_OBJECT)) {
      all.raw(Marker.NAME, metadata.utf8());
    }
    Json joined = all.json();
    if (joined.utf8().length > METADATA_BYTES_MAX) {
      throw SessionException.invalid(FieldViolation.maxBytes(METADATA, METADATA_BYTES_MAX));
    }
    return profile.withMetadata(joined);
  }

  /** Checks the limits of metadata. JSON null is no metadata. */
  static Json toModel(dev.parley.proto.v1.Json wire) {
    Json metadata = JsonMapper.toModel(wire);
    String text = metadata.toString().strip();
    if (text.equals("null")) {
      return Json.EMPTY_OBJECT;
    }
    if (!text.startsWith("{")) {
      throw invalid(METADATA, "must be an object");
    }
    JsonMembers members = JsonMembers.of(metadata);
    if (members.names().size() > PAIRS_MAX) {
      throw invalid(METADATA, "must not have more than " + PAIRS_MAX + " pairs");
    }
    for (String name : members.names()) {
      requireLength(METADATA, name, "must not have a key of", KEY_CHARACTERS_MAX);
      String value = members.string(name);
      if (value == null) {
        throw invalid(METADATA + "." + name, "must be a string");
      }
      requireLength(METADATA + "." + name, value, "must not have", VALUE_CHARACTERS_MAX);
    }
    return members.names().isEmpty() ? Json.EMPTY_OBJECT : metadata;
  }

  private static void requireLength(String field, String text, String verb, int max) {
    if (text.codePointCount(0, text.length()) > max) {
      throw invalid(field, verb + " more than " + max + " characters");
    }
  }

  private static SessionException invalid(String field, String description) {
    return SessionException.invalid(FieldViolation.format(field, description));
  }
}
