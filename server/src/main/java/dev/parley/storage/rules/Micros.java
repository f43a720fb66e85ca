package dev.parley.storage.rules;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times as microseconds since the epoch, the form in which every store keeps them. */
public final class Micros {
  private static final long PER_SECOND = 1_000_000;
  private static final int NANOS = 1_000;

  private Micros() {}

  /** As a number; what is finer is cut off. */
  public static long of(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), PER_SECOND), time.getNano() / NANOS);
  }

  /** As an instant. */
  public static Instant toInstant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * NANOS);
  }

  /** A duration as a number; what is finer is cut off. */
  public static long of(Duration time) {
    return Math.addExact(Math.multiplyExact(time.getSeconds(), PER_SECOND), time.getNano() / NANOS);
  }

  /** As a duration. */
  public static Duration toDuration(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }

  /** As it comes back from a store. */
  public static Instant truncate(Instant time) {
    return toInstant(of(time));
  }

  /** As it comes back from a store; null stays null. */
  public static @Nullable Instant truncateIfAny(@Nullable Instant time) {
    return time == null ? null : truncate(time);
  }
}
