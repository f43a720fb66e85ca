package dev.parley.api.openai.item;

import dev.parley.model.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a message that was written through this API has in the member {@code openai} of its
 * metadata.
 *
 * @param by the caller, as the first digits of the hash of its identity
 * @param id the id that a client chose for the item; null if it is computed
 * @param type the type of an item that is the only block of the content; null for a message, whose
 *     content is that of the item
 * @param members the other members of a message; null if it has none
 */
public record Marker(
    String by, @Nullable String id, @Nullable String type, @Nullable Json members) {
  /** The name of the member. */
  public static final String NAME = "openai";

  private static final byte[] OPEN = "{\"openai\":".getBytes(StandardCharsets.US_ASCII);

  /** Reads the marker of a message; null if another API wrote the message. */
  public static @Nullable Marker of(Json metadata) {
    if (metadata.equals(Json.EMPTY_OBJECT)) {
      return null;
    }
    byte[] openai = JsonMembers.of(metadata).value(NAME);
    JsonMembers marker = openai == null ? null : JsonMembers.of(openai);
    String by = marker == null ? null : marker.string("by");
    if (marker == null || by == null) {
      return null;
    }
    byte[] members = marker.value("item");
    return new Marker(
        by,
        marker.string("id"),
        marker.string("type"),
        members == null ? null : Json.ofUtf8(members));
  }

  Marker withId(@Nullable String id) {
    return new Marker(by, id, type, members);
  }

  /** The metadata of the message. */
  public Json toMetadata() {
    JsonBuilder marker = new JsonBuilder().string("by", by);
    if (id != null) {
      marker.string("id", id);
    }
    if (type != null) {
      marker.string("type", type);
    }
    if (members != null) {
      marker.raw("item", members.utf8());
    }
    byte[] object = marker.end();
    byte[] metadata = new byte[OPEN.length + object.length + 1];
    System.arraycopy(OPEN, 0, metadata, 0, OPEN.length);
    System.arraycopy(object, 0, metadata, OPEN.length, object.length);
    metadata[metadata.length - 1] = '}';
    return Json.ofUtf8(metadata);
  }
}
