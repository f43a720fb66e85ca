package dev.parley.app.cli.transcript.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times as other programs write them. */
public final class Times {
  private static final Instant MIN = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant MAX = Instant.parse("9999-12-31T23:59:59.999999Z");

  /** Numbers from here on are milliseconds: as seconds, they would be after the year 5000. */
  private static final BigDecimal MILLIS_MIN = BigDecimal.valueOf(100_000_000_000L);

  private static final int MICRO_DIGITS = 6;
  private static final long MICROS_PER_SECOND = 1_000_000;

  private Times() {}

  /**
   * Reads an ISO 8601 time, or a number of seconds or milliseconds since 1970. A time without
   * offset is in UTC. Returns microseconds; null if it is not a time.
   */
  public static @Nullable Timestamp of(@Nullable JsonNode value) {
    Instant time = value == null ? null : instant(value);
    if (time == null || time.isBefore(MIN) || time.isAfter(MAX)) {
      return null;
    }
    return of(time);
  }

  /** A time in microseconds. */
  public static Timestamp of(Instant time) {
    Instant micros = time.truncatedTo(ChronoUnit.MICROS);
    return Timestamp.newBuilder()
        .setSeconds(micros.getEpochSecond())
        .setNanos(micros.getNano())
        .build();
  }

  private static @Nullable Instant instant(JsonNode value) {
    if (value.isNumber()) {
      return ofNumber(value.decimalValue());
    }
    return value.isTextual() ? ofText(value.textValue()) : null;
  }

  private static @Nullable Instant ofNumber(BigDecimal number) {
    if (number.precision() - number.scale() > 20 || number.scale() > 100) {
      return null;
    }
    BigDecimal seconds = number.abs().compareTo(MILLIS_MIN) < 0 ? number : number.movePointLeft(3);
    long micros = seconds.setScale(MICRO_DIGITS, RoundingMode.FLOOR).unscaledValue().longValue();
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1_000);
  }

  private static @Nullable Instant ofText(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return ofLocalText(text);
    }
  }

  private static @Nullable Instant ofLocalText(String text) {
    try {
      return LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
