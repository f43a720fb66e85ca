package dev.parley.api.openai.item;

import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Converts UUIDs to 32 hexadecimal digits, and back. */
public final class Hex32 {
  private static final Pattern DIGITS =
      Pattern.compile(
          "(\\p{XDigit}{8})(\\p{XDigit}{4})(\\p{XDigit}{4})(\\p{XDigit}{4})(\\p{XDigit}{12})");

  private Hex32() {}

  /** The digits of an id, in lower case. */
  public static String of(UUID id) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(id.getMostSignificantBits())
        + hex.toHexDigits(id.getLeastSignificantBits());
  }

  /** Parses 32 hexadecimal digits; null if the text is anything else. */
  public static @Nullable UUID parse(String text) {
    Matcher digits = DIGITS.matcher(text);
    return digits.matches() ? UUID.fromString(digits.replaceFirst("$1-$2-$3-$4-$5")) : null;
  }
}
