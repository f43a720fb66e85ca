package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * A JSON value kept as the text it came in, so that key order, the spelling of numbers and white
 * space survive. Equality is that of the text.
 */
public final class Json {
  /** The value of an absent {@code metadata}. */
  public static final Json EMPTY_OBJECT = ofUtf8(new byte[] {'{', '}'});

  private final byte[] utf8;

  private Json(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** Wraps the UTF-8 bytes of one well-formed JSON value. Neither copied nor checked. */
  public static Json ofUtf8(byte[] utf8) {
    return new Json(utf8);
  }

  /** The UTF-8 bytes of the text. Shared, so not to be written to. */
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
