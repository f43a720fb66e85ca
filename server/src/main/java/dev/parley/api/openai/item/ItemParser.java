package dev.parley.api.openai.item;

import com.fasterxml.jackson.core.JsonToken;
import dev.parley.model.Content;
import dev.parley.model.FieldViolation;
import dev.parley.model.Json;
import dev.parley.model.Role;
import dev.parley.model.SessionException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converts items of a request to messages. It checks only what this API needs to return them: the
 * type, and the role and content of messages.
 */
public final class ItemParser {
  private static final String REFERENCE = "item_reference";

  /** An instruction to a model, and no part of a conversation. */
  private static final String TRIGGER = "compaction_trigger";

  private static final int MEMBERS_BYTES_MAX = 64 * 1024;

  private static final Map<String, Role> ROLES =
      Map.of(
          "user", Role.USER,
          "assistant", Role.ASSISTANT,
          "system", Role.SYSTEM,
          "developer", Role.DEVELOPER);

  /** Text can keep paired surrogates only. Other strings are kept as JSON. */
  private static final Pattern ESCAPED_SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");

  private static final String STATUS = "status";
  private static final String COMPLETED = "completed";
  private static final Set<String> ID = Set.of("id");
  private static final Set<String> ID_AND_STATUS = Set.of("id", STATUS);
  private static final Set<String> MESSAGE_MEMBERS = Set.of("id", "type", "role", "content");
  private static final Set<String> MESSAGE_MEMBERS_AND_STATUS =
      Set.of("id", "type", "role", "content", STATUS);

  private final String by;

  /**
   * Creates a parser.
   *
   * @param by the caller, see {@link Marker#by}
   */
  public ItemParser(String by) {
    this.by = by;
  }

  /**
   * Parses an item.
   *
   * @param field the name of the item in errors, such as {@code items[3]}
   */
  public NewItem parse(byte[] utf8, String field) {
    JsonMembers item = JsonMembers.of(utf8);
    String type = item.string("type");
    if (type == null) {
      requireAbsent(item, field);
      type = item.has("role") || !item.has("id") ? ItemTypes.MESSAGE : REFERENCE;
    }
    String id = item.string("id");
    return switch (type) {
      case "" -> throw invalid(field + ".type", "must not be empty");
      case TRIGGER ->
          throw invalid(field + ".type", "must not be " + TRIGGER + ": Parley runs no model");
      case REFERENCE -> {
        if (id == null) {
          throw invalid(field + ".id", "must be the id of an item");
        }
        yield NewItem.reference(id, field + ".id");
      }
      case ItemTypes.MESSAGE -> message(item, id, field);
      default ->
          new NewItem(
              id, ItemTypes.roleOf(type), block(item, type), Marker.of(by, type, null), null, 0);
    };
  }

  private static void requireAbsent(JsonMembers item, String field) {
    if (item.has("type")) {
      throw invalid(field + ".type", "must be a string");
    }
    if (!item.has("role") && !item.has("id")) {
      throw invalid(field + ".type", "must be set");
    }
  }

  /** The item as it is returned, without its id. */
  private static Content block(JsonMembers item, String type) {
    JsonBuilder block = new JsonBuilder();
    boolean lacksStatus = ItemTypes.hasStatus(type) && !item.has(STATUS);
    item.addTo(block, lacksStatus ? ID_AND_STATUS : ID);
    if (lacksStatus) {
      block.string(STATUS, COMPLETED);
    }
    return Content.blocks(Json.ofUtf8(JsonBuilder.array(List.of(block.end()))));
  }

  private NewItem message(JsonMembers item, @Nullable String id, String field) {
    String name = item.string("role");
    Role role = name == null ? null : ROLES.get(name);
    if (role == null) {
      throw invalid(field + ".role", "must be user, assistant, system or developer");
    }
    JsonBuilder members = new JsonBuilder();
    item.addTo(
        members,
        COMPLETED.equals(item.string(STATUS)) ? MESSAGE_MEMBERS_AND_STATUS : MESSAGE_MEMBERS);
    Json others = members.isEmpty() ? null : members.json();
    if (others != null && others.utf8().length > MEMBERS_BYTES_MAX) {
      throw SessionException.invalid(FieldViolation.maxBytes(field, MEMBERS_BYTES_MAX));
    }
    return new NewItem(id, role, content(item, role, field), Marker.of(by, null, others), null, 0);
  }

  private static Content content(JsonMembers item, Role role, String field) {
    byte[] content = item.value("content");
    if (content != null && item.is("content", JsonToken.VALUE_STRING)) {
      String raw = new String(content, StandardCharsets.UTF_8);
      return ESCAPED_SURROGATE.matcher(raw).find()
          ? Content.blocks(Json.ofUtf8(Parts.ofText(role, content)))
          : Content.text(Objects.requireNonNull(item.string("content")));
    }
    if (content == null || !item.is("content", JsonToken.START_ARRAY)) {
      throw invalid(field + ".content", "must be a string or a list of parts");
    }
    for (byte[] part : JsonMembers.elements(content)) {
      if (part[0] != '{') {
        throw invalid(field + ".content", "must be a string or a list of parts");
      }
    }
    return Content.blocks(Json.ofUtf8(Parts.complete(role, content)));
  }

  private static SessionException invalid(String field, String description) {
    return SessionException.invalid(FieldViolation.format(field, description));
  }
}
