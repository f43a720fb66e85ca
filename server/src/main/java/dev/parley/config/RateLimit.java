package dev.parley.config;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The maximum number of calls per minute of one caller; empty for no limit.
 *
 * @param limitedApis the limit for APIs whose contract defines a limit
 * @param otherApis the limit for all other APIs
 */
public record RateLimit(OptionalInt limitedApis, OptionalInt otherApis) {
  private static final Pattern CALLS_PER_MINUTE = Pattern.compile("(\\d{1,7})/min");
  private static final int ON = 60;
  private static final int MAX = 1_000_000;

  static RateLimit of(SettingsResolver resolver) {
    return resolver
        .text(Setting.RATE_LIMIT)
        .map(RateLimit::of)
        .orElseGet(() -> new RateLimit(OptionalInt.of(ON), OptionalInt.empty()));
  }

  private static RateLimit of(String value) {
    if (value.equals("off")) {
      return everywhere(OptionalInt.empty());
    }
    if (value.equals("on")) {
      return everywhere(OptionalInt.of(ON));
    }
    Matcher number = CALLS_PER_MINUTE.matcher(value);
    int calls = number.matches() ? Integer.parseInt(number.group(1)) : 0;
    if (calls < 1 || calls > MAX) {
      throw Setting.RATE_LIMIT.invalidValue(value);
    }
    return everywhere(OptionalInt.of(calls));
  }

  private static RateLimit everywhere(OptionalInt calls) {
    return new RateLimit(calls, calls);
  }
}
