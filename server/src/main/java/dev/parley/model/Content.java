package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The content of a message: plain text or a JSON array of blocks. It is kept as the bytes that go
 * to the wire.
 */
public final class Content {
  private final byte[] utf8;
  private final boolean blocks;

  private Content(byte[] utf8, boolean blocks) {
    this.utf8 = utf8;
    this.blocks = blocks;
  }

  /** Creates plain text. */
  public static Content text(String text) {
    return new Content(text.getBytes(UTF_8), false);
  }

  /** Creates plain text from UTF-8 bytes. The bytes are neither copied nor validated. */
  public static Content textUtf8(byte[] utf8) {
    return new Content(utf8, false);
  }

  /** Creates blocks from a JSON array. */
  public static Content blocks(Json array) {
    return new Content(array.utf8(), true);
  }

  /** Whether the content is an array of blocks; otherwise it is text. */
  public boolean isBlocks() {
    return blocks;
  }

  /** The UTF-8 bytes of the text or of the JSON array. The array is shared; do not modify it. */
  public byte[] utf8() {
    return utf8;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Content content
        && blocks == content.blocks
        && Arrays.equals(utf8, content.utf8);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(utf8) + Boolean.hashCode(blocks);
  }

  /** Describes the size only, because content must not appear in logs. */
  @Override
  public String toString() {
    return (blocks ? "blocks" : "text") + " of " + utf8.length + " bytes";
  }
}
