package dev.parley.api.openai.item;

import dev.parley.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code openai} member in the metadata of messages written through this API.
 *
 * @param by the caller, as the first digits of the hash of its identity
 * @param id the id that a client chose for the item; null if it is computed
 * @param type the type of an item that is the only block of the content; null for a message, whose
 *     content is that of the item
 * @param call the call with an idempotency key that stored the item; null without a key
 * @param members the other members of a message; null if it has none
 */
public record Marker(
    String by,
    @Nullable String id,
    @Nullable String type,
    @Nullable String call,
    @Nullable Json members) {
  /** The name of the member. */
  public static final String NAME = "openai";

  /** The length of {@link #by}. */
  public static final int BY_DIGITS = 8;

  private static final Pattern BY = Pattern.compile("[0-9a-f]{" + BY_DIGITS + "}");
  private static final byte[] PLAIN = "{\"openai\":{\"by\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PLAIN_END = "\"}}".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OPEN = "{\"openai\":".getBytes(StandardCharsets.US_ASCII);

  /** Reads the marker of a message; null if another API wrote the message. */
  public static @Nullable Marker of(Json metadata) {
    if (metadata.equals(Json.EMPTY_OBJECT)) {
      return null;
    }
    String plain = plainBy(metadata.utf8());
    if (plain != null) {
      return new Marker(plain, null, null, null, null);
    }
    byte[] openai = JsonMembers.of(metadata).value(NAME);
    JsonMembers marker = openai == null ? null : JsonMembers.of(openai);
    String by = marker == null ? null : marker.string("by");
    if (marker == null || by == null || !BY.matcher(by).matches()) {
      return null;
    }
    byte[] members = marker.value("item");
    return new Marker(
        by,
        marker.string("id"),
        marker.string("type"),
        marker.string("call"),
        members == null ? null : Json.ofUtf8(members));
  }

  /** The caller in the marker of nearly all messages, without parsing; null for other metadata. */
  private static @Nullable String plainBy(byte[] utf8) {
    int by = PLAIN.length;
    int end = utf8.length - PLAIN_END.length;
    if (end - by != BY_DIGITS
        || !Arrays.equals(utf8, 0, by, PLAIN, 0, by)
        || !Arrays.equals(utf8, end, utf8.length, PLAIN_END, 0, PLAIN_END.length)) {
      return null;
    }
    for (int i = by; i < end; i++) {
      if ("0123456789abcdef".indexOf(utf8[i]) < 0) {
        return null;
      }
    }
    return new String(utf8, by, BY_DIGITS, StandardCharsets.US_ASCII);
  }

  Marker withId(@Nullable String id) {
    return new Marker(by, id, type, call, members);
  }

  Marker withCall(@Nullable String call) {
    return new Marker(by, id, type, call, members);
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
    if (call != null) {
      marker.string("call", call);
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
