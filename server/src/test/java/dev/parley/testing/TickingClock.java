package dev.parley.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that advances by a microsecond at each reading, so that all times differ. */
public final class TickingClock extends Clock {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00.123456Z");

  private final AtomicLong micros = new AtomicLong();

  @Override
  public Instant instant() {
    return START.plus(micros.incrementAndGet(), ChronoUnit.MICROS);
  }

  /** Moves the clock; a negative {@code duration} sets it back. */
  public void advance(Duration duration) {
    micros.addAndGet(duration.toNanos() / 1_000);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("UTC only");
  }
}
