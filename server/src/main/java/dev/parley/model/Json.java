package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * A JSON value as its original text, so that key order, number format and white space are
 * preserved. Two values are equal if their texts are equal.
 */
public final class Json {
  /** The value of absent {@code metadata}. */
  public static final Json EMPTY_OBJECT = ofUtf8(new byte[] {'{', '}'});

  private final byte[] utf8;

  private Json(byte[] utf8) {
    this.utf8 = utf8;
  }

  /**
   * Wraps the UTF-8 bytes of one well-formed JSON value. The bytes are neither copied nor
   * validated.
   */
  public static Json ofUtf8(byte[] utf8) {
    return new Json(utf8);
  }

  /** The UTF-8 bytes of the text. The array is shared; do not modify it. */
  public byte[] utf8() {
    return utf8;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Json json && Arrays.equals(utf8, json.utf8);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(utf8);
  }

  @Override
  public String toString() {
    return new String(utf8, UTF_8);
  }
}
