package dev.parley.app.cli.console;

import com.google.protobuf.Timestamp;
import dev.parley.config.ConfigException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses times and durations that are given as flags. */
public final class TimeText {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhd])");

  private TimeText() {}

  /** A time, or a duration after {@code now}. */
  public static Timestamp ahead(String flag, String text, Instant now) {
    return time(flag, text, now, 1);
  }

  /** A time, or a duration before {@code now}. */
  public static Timestamp ago(String flag, String text, Instant now) {
    return time(flag, text, now, -1);
  }

  /** A duration in seconds: {@code 90s}, {@code 15m}, {@code 24h} or {@code 30d}. */
  public static long seconds(String flag, String text) {
    Matcher duration = DURATION.matcher(text);
    if (!duration.matches()) {
      throw new ConfigException(
          "%s cannot be \"%s\": it must be a duration such as 90s, 15m, 24h or 30d."
              .formatted(flag, text));
    }
    long number = Long.parseLong(duration.group(1));
    return switch (duration.group(2)) {
      case "s" -> number;
      case "m" -> Duration.ofMinutes(number).toSeconds();
      case "h" -> Duration.ofHours(number).toSeconds();
      default -> Duration.ofDays(number).toSeconds();
    };
  }

  private static Timestamp time(String flag, String text, Instant now, int direction) {
    try {
      Instant time =
          DURATION.matcher(text).matches()
              ? now.plusSeconds(direction * seconds(flag, text))
              : Instant.parse(text);
      return Timestamp.newBuilder()
          .setSeconds(time.getEpochSecond())
          .setNanos(time.getNano())
          .build();
    } catch (DateTimeException e) {
      throw new ConfigException(
          ("%s cannot be \"%s\": it must be a time such as 2027-01-31T00:00:00Z,"
                  + " or a duration such as 90d.")
              .formatted(flag, text));
    }
  }
}
