package dev.parley.api.openai.item;

import dev.parley.api.json.JsonMapper;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.proto.openai.v1.Item;
import dev.parley.proto.openai.v1.ItemList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Converts messages to items. Items that were written through this API are returned verbatim, with
 * their id and status. Messages of other APIs become items that the Agents SDK can read: messages
 * of users, systems and assistants, and outputs of functions.
 */
public final class ItemMapper {
  private static final String MESSAGE = "message";
  private static final String OUTPUT = "function_call_output";
  private static final String COMPLETED = "completed";
  private static final byte[] COMPLETED_JSON = JsonBuilder.quoted(COMPLETED);
  private static final Set<String> ID = Set.of("id");
  private static final Set<String> ID_AND_STATUS = Set.of("id", "status");
  private static final Set<String> STATUS = Set.of("status");

  /** The types of items that always have a status. OpenAI rejects a status of other types. */
  private static final Set<String> WITH_STATUS =
      Set.of(
          "function_call",
          OUTPUT,
          "file_search_call",
          "web_search_call",
          "image_generation_call",
          "computer_call",
          "computer_call_output",
          "tool_search_call",
          "tool_search_output",
          "program_output",
          "code_interpreter_call",
          "local_shell_call",
          "shell_call",
          "shell_call_output",
          "apply_patch_call",
          "apply_patch_call_output");

  private ItemMapper() {}

  public static ItemList toWire(UUID sessionId, List<Message> messages, boolean more) {
    ItemList.Builder list = ItemList.newBuilder().setObject("list").setHasMore(more);
    for (Message message : messages) {
      list.addData(JsonMapper.toWire(Json.ofUtf8(json(sessionId, message))));
    }
    if (!messages.isEmpty()) {
      list.setFirstId(id(sessionId, messages.get(0)));
      list.setLastId(id(sessionId, messages.get(messages.size() - 1)));
    }
    return list.build();
  }

  public static Item toWire(UUID sessionId, Message message) {
    return Item.newBuilder()
        .setValue(JsonMapper.toWire(Json.ofUtf8(json(sessionId, message))))
        .build();
  }

  /** The id of the item that a message is shown as. */
  public static String id(UUID sessionId, Message message) {
    return id(sessionId, message, marker(sessionId, message.draft()));
  }

  /**
   * The marker of a message; null for a message of another API. Metadata that another API wrote in
   * the form of a marker is ignored if it does not fit the content.
   */
  static @Nullable Marker marker(UUID sessionId, Message.Draft draft) {
    Marker marker = Marker.of(draft.metadata());
    if (marker == null || !fitsId(sessionId, marker.id(), draft.messageId())) {
      return null;
    }
    String type = marker.type();
    boolean fits =
        type == null
            ? draft.role() != Role.TOOL
            : draft.role() == ItemParser.roleOf(type) && type.equals(block(draft).string("type"));
    return fits ? marker : null;
  }

  /** Whether {@code id} is the message id, and none that the session computes for its items. */
  private static boolean fitsId(UUID sessionId, @Nullable String id, String messageId) {
    if (id == null) {
      return true;
    }
    ItemIds.Position position = ItemIds.position(id);
    return id.equals(messageId) && (position == null || !position.sessionId().equals(sessionId));
  }

  /** The only block of the content; an empty object if it has another form. */
  private static JsonMembers block(Message.Draft draft) {
    List<byte[]> blocks =
        draft.content().isBlocks() ? JsonMembers.elements(draft.content().utf8()) : List.of();
    return JsonMembers.of(blocks.size() == 1 ? blocks.get(0) : Json.EMPTY_OBJECT.utf8());
  }

  private static String id(UUID sessionId, Message message, @Nullable Marker marker) {
    if (marker != null && marker.id() != null) {
      return message.draft().messageId();
    }
    String own = marker == null ? null : marker.type();
    boolean output = marker == null && message.draft().role() == Role.TOOL;
    String type = own != null ? own : output ? OUTPUT : MESSAGE;
    return ItemIds.computed(sessionId, message.sequence(), type);
  }

  /** The item that a message is shown as. */
  static byte[] json(UUID sessionId, Message message) {
    Marker marker = marker(sessionId, message.draft());
    JsonBuilder item = new JsonBuilder().string("id", id(sessionId, message, marker));
    if (marker == null) {
      return ofOther(item, message.draft());
    }
    return marker.type() == null
        ? ofMessage(item, message.draft(), marker)
        : ofBlock(item, block(message.draft()), marker.type());
  }

  private static byte[] ofMessage(JsonBuilder item, Message.Draft draft, Marker marker) {
    Json others = marker.members();
    JsonMembers members = others == null ? null : JsonMembers.of(others);
    byte[] status = members == null ? null : members.value("status");
    item.string("type", MESSAGE)
        .raw("status", status == null ? COMPLETED_JSON : status)
        .string("role", role(draft.role()))
        .raw("content", Parts.ofOwn(draft.role(), draft.content()));
    if (members != null) {
      members.addTo(item, STATUS);
    }
    return item.end();
  }

  private static String role(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  private static byte[] ofBlock(JsonBuilder item, JsonMembers members, String type) {
    boolean lacksStatus = WITH_STATUS.contains(type) && !members.has("status");
    members.addTo(item, lacksStatus ? ID_AND_STATUS : ID);
    if (lacksStatus) {
      item.raw("status", COMPLETED_JSON);
    }
    return item.end();
  }

  private static byte[] ofOther(JsonBuilder item, Message.Draft draft) {
    if (draft.role() != Role.TOOL) {
      // The Agents SDK fails on messages of developers.
      Role shown = draft.role() == Role.DEVELOPER ? Role.SYSTEM : draft.role();
      return item.string("type", MESSAGE)
          .string("status", COMPLETED)
          .string("role", role(shown))
          .raw("content", Parts.ofOther(draft.role(), draft.content()))
          .end();
    }
    return item.string("type", OUTPUT)
        .string("call_id", callId(draft))
        .raw("output", Parts.output(draft.content()))
        .string("status", COMPLETED)
        .end();
  }

  /** The call that a tool's result answers; the message id if the blocks do not say. */
  private static String callId(Message.Draft draft) {
    if (draft.content().isBlocks()) {
      for (byte[] block : JsonMembers.elements(draft.content().utf8())) {
        JsonMembers members = JsonMembers.of(block);
        for (String name : List.of("tool_use_id", "call_id", "tool_call_id")) {
          String id = members.string(name);
          if (id != null) {
            return id;
          }
        }
      }
    }
    return draft.messageId();
  }
}
