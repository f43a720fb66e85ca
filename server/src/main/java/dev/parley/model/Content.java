package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * What a message says: plain text or a JSON array of blocks, kept as the bytes that go to the wire.
 */
public final class Content {
  private final byte[] utf8;
  private final boolean blocks;

  private Content(byte[] utf8, boolean blocks) {
    this.utf8 = utf8;
    this.blocks = blocks;
  }

  /** Plain text. */
  public static Content text(String text) {
    return new Content(text.getBytes(UTF_8), false);
  }

  /** Plain text as UTF-8 bytes. Neither copied nor checked. */
  public static Content textUtf8(byte[] utf8) {
    return new Content(utf8, false);
  }

  /** Blocks: {@code array} is a JSON array. */
  public static Content blocks(Json array) {
    return new Content(array.utf8(), true);
  }

  /** Whether it is blocks; else it is text. */
  public boolean isBlocks() {
    return blocks;
  }

  /** The UTF-8 bytes of the text, or of the JSON array. Shared, so not to be written to. */
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

  /** Says how much there is, never what: content does not belong in logs. */
  @Override
  public String toString() {
    return (blocks ? "blocks" : "text") + " of " + utf8.length + " bytes";
  }
}
