package dev.parley.api.openai.item;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Role;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The {@code openai} member in the metadata of messages written through this API.
 *
 * @param by the caller, as the first digits of the hash of its identity
 * @param crc the checksum of the item, see {@link #fits}; null if it needs none
 * @param id the id that a client chose for the item; null if it is computed
 * @param type the type of an item that is the only block of the content; null for a message, whose
 *     content is that of the item
 * @param call the call with an idempotency key that stored the item; null without a key
 * @param members the other members of a message; null if it has none
 */
public record Marker(
    String by,
    @Nullable String crc,
    @Nullable String id,
    @Nullable String type,
    @Nullable String call,
    @Nullable Json members) {
  /** The name of the member. */
  public static final String NAME = "openai";

  /** The length of {@link #by} and {@link #crc}. */
  public static final int DIGITS = 8;

  private static final byte[] EMPTY = {};
  private static final Pattern BY = Pattern.compile("[0-9a-f]{" + DIGITS + "}");

  /** Plain text of these authors needs no checksum: whatever it is, clients can read it. */
  private static final Set<Role> PLAIN = Set.of(Role.USER, Role.ASSISTANT, Role.SYSTEM);

  /** The marker of an item that is not stored yet. */
  static Marker of(String by, @Nullable String type, @Nullable Json members) {
    return new Marker(by, null, null, type, null, members);
  }

  /** Reads the marker of a message; null if another API wrote the message. */
  public static @Nullable Marker of(Json metadata) {
    if (metadata.equals(Json.EMPTY_OBJECT)) {
      return null;
    }
    Marker common = MarkerText.parse(metadata.utf8());
    if (common != null) {
      return common;
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
        marker.string("crc"),
        marker.string("id"),
        marker.string("type"),
        marker.string("call"),
        members == null ? null : Json.ofUtf8(members));
  }

  Marker withId(@Nullable String id) {
    return new Marker(by, crc, id, type, call, members);
  }

  Marker withCall(@Nullable String call) {
    return new Marker(by, crc, id, type, call, members);
  }

  /** This marker with the checksum that the item needs. */
  Marker withCrc(Role role, Content content) {
    return new Marker(
        by, isPlain(role, content) ? null : crc(role, content), id, type, call, members);
  }

  /**
   * Whether this marker was written for a message. Another API can write metadata in the form of a
   * marker, for example because it copies messages and changes them. The items of such messages
   * must not have what clients cannot read. So the marker of every item that is more than plain
   * text has a checksum.
   */
  boolean fits(Role role, Content content) {
    return isPlain(role, content) || crc(role, content).equals(crc);
  }

  private boolean isPlain(Role role, Content content) {
    return type == null && members == null && !content.isBlocks() && PLAIN.contains(role);
  }

  private String crc(Role role, Content content) {
    CRC32 sum = new CRC32();
    update(sum, role.name().getBytes(US_ASCII));
    update(sum, type == null ? EMPTY : type.getBytes(UTF_8));
    update(sum, members == null ? EMPTY : members.utf8());
    sum.update(content.isBlocks() ? 1 : 0);
    sum.update(content.utf8());
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  private static void update(CRC32 sum, byte[] part) {
    sum.update(part);
    // No part contains it.
    sum.update(0);
  }

  /** The metadata of the message. */
  public Json toMetadata() {
    return MarkerText.of(this);
  }
}
