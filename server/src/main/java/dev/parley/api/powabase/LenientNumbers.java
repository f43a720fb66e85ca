package dev.parley.api.powabase;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads query parameters that are never refused, whatever they hold. */
final class LenientNumbers {
  private static final Pattern INTEGER = Pattern.compile("([+-]?)0*([0-9]+)");

  /** What every integer of so many digits fits into 64 bits with. */
  private static final int DIGITS_MAX = 18;

  private LenientNumbers() {}

  /**
   * The number that {@code text} is, or the bound that it is past.
   *
   * @param fallback for what is no integer
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
