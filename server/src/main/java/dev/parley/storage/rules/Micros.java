package dev.parley.storage.rules;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times as microseconds since the epoch, the resolution of all stores. */
public final class Micros {
  private static final long PER_SECOND = 1_000_000;
  private static final int NANOS = 1_000;

  private Micros() {}

  /** Converts to microseconds, truncating. */
  public static long of(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), PER_SECOND), time.getNano() / NANOS);
  }

  /** Converts to an instant. */
  public static Instant toInstant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * NANOS);
  }

  /** Converts a duration to microseconds, truncating. */
  public static long of(Duration time) {
    return Math.addExact(Math.multiplyExact(time.getSeconds(), PER_SECOND), time.getNano() / NANOS);
  }

  /** Converts to a duration. */
  public static Duration toDuration(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }

  /** Truncates a time to the resolution of a store. */
  public static Instant truncate(Instant time) {
    return toInstant(of(time));
  }

  /** Truncates a time to the resolution of a store; null stays null. */
  public static @Nullable Instant truncateIfAny(@Nullable Instant time) {
    return time == null ? null : truncate(time);
  }
}
