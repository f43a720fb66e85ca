package dev.parley.api.powabase;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses numeric query parameters. No value is rejected. */
final class LenientNumbers {
  private static final Pattern INTEGER = Pattern.compile("([+-]?)0*([0-9]+)");

  /** The maximum number of digits of an integer that always fits into 64 bits. */
  private static final int DIGITS_MAX = 18;

  private LenientNumbers() {}

  /**
   * Parses {@code text}. A number out of range becomes the nearest bound.
   *
   * @param fallback the result for text that is not an integer
   */
  static long clamp(String text, long min, long max, long fallback) {
    Matcher integer = INTEGER.matcher(text.strip());
    if (!integer.matches()) {
      return fallback;
    }
    boolean negative = integer.group(1).equals("-");
    String digits = integer.group(2);
    if (digits.length() > DIGITS_MAX) {
      return negative ? min : max;
    }
    long number = Long.parseLong(digits);
    return Math.max(min, Math.min(max, negative ? -number : number));
  }
}
