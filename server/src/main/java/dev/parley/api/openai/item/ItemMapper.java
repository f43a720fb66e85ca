package dev.parley.api.openai.item;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.api.json.JsonMapper;
import dev.parley.model.Content;
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
  private static final String COMPLETED = "completed";
  private static final byte[] COMPLETED_JSON = "\"completed\"".getBytes(US_ASCII);

  /** The length of the member with a computed id, and some more. */
  private static final int ID_BYTES = 80;

  private static final Set<String> STATUS = Set.of("status");

  private ItemMapper() {}

  public static ItemList toWire(UUID sessionId, List<Message> messages, boolean more) {
    ItemList.Builder list = ItemList.newBuilder().setObject("list").setHasMore(more);
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      Marker marker = marker(sessionId, message.draft());
      String id = id(sessionId, message, marker);
      if (i == 0) {
        list.setFirstId(id);
      }
      if (i == messages.size() - 1) {
        list.setLastId(id);
      }
      list.addData(JsonMapper.toWire(Json.ofUtf8(json(id, message.draft(), marker))));
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
   * the form of a marker is ignored if it does not fit the message.
   */
  static @Nullable Marker marker(UUID sessionId, Message.Draft draft) {
    Marker marker = Marker.of(draft.metadata());
    return marker != null
            && fitsId(sessionId, marker.id(), draft.messageId())
            && marker.fits(draft.role(), draft.content())
        ? marker
        : null;
  }

  /** Whether {@code id} is the message id, and none that the session computes for its items. */
  private static boolean fitsId(UUID sessionId, @Nullable String id, String messageId) {
    if (id == null) {
      return true;
    }
    ItemIds.Position position = ItemIds.position(id);
    return id.equals(messageId) && (position == null || !position.sessionId().equals(sessionId));
  }

  private static String id(UUID sessionId, Message message, @Nullable Marker marker) {
    if (marker != null && marker.id() != null) {
      return message.draft().messageId();
    }
    String own = marker == null ? null : marker.type();
    boolean output = marker == null && message.draft().role() == Role.TOOL;
    String type = own != null ? own : output ? ItemTypes.OUTPUT : ItemTypes.MESSAGE;
    return ItemIds.computed(sessionId, message.sequence(), type);
  }

  /** The item that a message is shown as. */
  static byte[] json(UUID sessionId, Message message) {
    Marker marker = marker(sessionId, message.draft());
    return json(id(sessionId, message, marker), message.draft(), marker);
  }

  private static byte[] json(String id, Message.Draft draft, @Nullable Marker marker) {
    if (marker == null) {
      return ofOther(id, draft);
    }
    return marker.type() == null ? ofMessage(id, draft, marker) : ofBlock(id, draft.content());
  }

  private static byte[] ofMessage(String id, Message.Draft draft, Marker marker) {
    Json others = marker.members();
    if (others == null && !draft.content().isBlocks()) {
      return TextMessages.json(id, draft.role(), draft.content().utf8());
    }
    JsonMembers members = others == null ? null : JsonMembers.of(others);
    byte[] status = members == null ? null : members.value("status");
    JsonBuilder item =
        message(id, status == null ? COMPLETED_JSON : status, draft.role())
            .raw("content", Parts.ofOwn(draft.role(), draft.content()));
    if (members != null) {
      members.addTo(item, STATUS);
    }
    return item.end();
  }

  private static JsonBuilder message(String id, byte[] status, Role role) {
    return new JsonBuilder()
        .string("id", id)
        .string("type", ItemTypes.MESSAGE)
        .raw("status", status)
        .string("role", role.name().toLowerCase(Locale.ROOT));
  }

  /** The block is stored as the item without its id. */
  private static byte[] ofBlock(String id, Content content) {
    byte[] array = content.utf8();
    JsonBuilder item = new JsonBuilder(array.length + ID_BYTES).string("id", id);
    item.member(array, 2, array.length - 1);
    return item.bytes();
  }

  private static byte[] ofOther(String id, Message.Draft draft) {
    if (draft.role() != Role.TOOL) {
      // The Agents SDK fails on messages of developers.
      Role shown = draft.role() == Role.DEVELOPER ? Role.SYSTEM : draft.role();
      return draft.content().isBlocks()
          ? message(id, COMPLETED_JSON, shown)
              .raw("content", Parts.ofOther(draft.role(), draft.content()))
              .end()
          : TextMessages.json(id, shown, draft.content().utf8());
    }
    return new JsonBuilder()
        .string("id", id)
        .string("type", ItemTypes.OUTPUT)
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
