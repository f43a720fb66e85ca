package dev.parley.api.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The well-known protobuf types that are strings in proto3 JSON. */
enum WellKnown {
  /** Any other type. */
  NONE,
  /** RFC 3339 in UTC. */
  TIMESTAMP,
  /** Seconds, with up to nine decimals and an s. */
  DURATION,
  /** Paths in lowerCamelCase, joined by commas. */
  FIELD_MASK;

  private static final long YEAR_1 = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long YEAR_10000 = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond() + 1;

  private static final long DURATION_SECONDS_MAX = 315_576_000_000L;
  private static final Pattern DURATION_FORM = Pattern.compile("-?\\d{1,12}(\\.\\d{1,9})?s");

  static WellKnown of(Descriptor descriptor) {
    if (descriptor.getFullName().equals(Timestamp.getDescriptor().getFullName())) {
      return TIMESTAMP;
    }
    if (descriptor.getFullName().equals(Duration.getDescriptor().getFullName())) {
      return DURATION;
    }
    if (descriptor.getFullName().equals(FieldMask.getDescriptor().getFullName())) {
      return FIELD_MASK;
    }
    return NONE;
  }

  String format(Message message) {
    return switch (this) {
      case TIMESTAMP -> formatTimestamp((Timestamp) message);
      case DURATION -> formatDuration((Duration) message);
      case FIELD_MASK ->
          String.join(
              ",", ((FieldMask) message).getPathsList().stream().map(JsonNames::of).toList());
      case NONE -> throw new IllegalStateException("The type has no string form.");
    };
  }

  /** Parses {@code text}; null if it is invalid. */
  @Nullable Message parse(String text) {
    return switch (this) {
      case TIMESTAMP -> parseTimestamp(text);
      case DURATION -> parseDuration(text);
      case FIELD_MASK -> parseFieldMask(text);
      case NONE -> throw new IllegalStateException("The type has no string form.");
    };
  }

  /** Whether a message from binary protobuf is valid. */
  boolean isValid(Message message) {
    if (this == DURATION) {
      Duration time = (Duration) message;
      return Math.abs(time.getSeconds()) <= DURATION_SECONDS_MAX
          && Math.abs(time.getNanos()) <= 999_999_999
          && Long.signum(time.getSeconds()) * Integer.signum(time.getNanos()) >= 0;
    }
    if (this != TIMESTAMP) {
      return true;
    }
    Timestamp time = (Timestamp) message;
    return time.getNanos() >= 0
        && time.getNanos() <= 999_999_999
        && time.getSeconds() >= YEAR_1
        && time.getSeconds() < YEAR_10000;
  }

  String expectation() {
    return switch (this) {
      case TIMESTAMP -> "must be an RFC 3339 time such as \"2026-01-31T12:00:00Z\"";
      case DURATION -> "must be a number of seconds such as \"3600s\"";
      case FIELD_MASK -> "must be a list of field names such as \"label,chatType\"";
      case NONE -> throw new IllegalStateException("The type has no string form.");
    };
  }

  private static @Nullable Timestamp parseTimestamp(String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      Timestamp timestamp =
          Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()).build();
      return TIMESTAMP.isValid(timestamp) ? timestamp : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Formats like {@link Instant#toString}, but without the cost of a formatter. */
  private static String formatTimestamp(Timestamp timestamp) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos(), ZoneOffset.UTC);
    // LocalDateTime leaves out seconds that are zero.
    boolean wholeMinute = time.getSecond() == 0 && time.getNano() == 0;
    return time + (wholeMinute ? ":00Z" : "Z");
  }

  private static String formatDuration(Duration time) {
    BigDecimal seconds =
        BigDecimal.valueOf(time.getSeconds()).add(BigDecimal.valueOf(time.getNanos(), 9));
    // Proto3 JSON uses 0, 3, 6 or 9 decimals.
    int decimals = Math.max(0, seconds.stripTrailingZeros().scale());
    return seconds.setScale((decimals + 2) / 3 * 3).toPlainString() + "s";
  }

  private static @Nullable Duration parseDuration(String text) {
    if (!DURATION_FORM.matcher(text).matches()) {
      return null;
    }
    BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
    BigDecimal whole = seconds.setScale(0, RoundingMode.DOWN);
    Duration duration =
        Duration.newBuilder()
            .setSeconds(whole.longValueExact())
            .setNanos(seconds.subtract(whole).movePointRight(9).intValueExact())
            .build();
    return DURATION.isValid(duration) ? duration : null;
  }

  private static FieldMask parseFieldMask(String text) {
    List<String> paths = new ArrayList<>();
    for (String path : text.split(",", -1)) {
      if (!path.isBlank()) {
        paths.add(JsonNames.toProto(path.strip()));
      }
    }
    return FieldMask.newBuilder().addAllPaths(paths).build();
  }
}
