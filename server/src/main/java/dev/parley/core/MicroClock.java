package dev.parley.core;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A clock that truncates the time to microseconds, the precision of the store. */
final class MicroClock {
  private final Clock clock;

  MicroClock(Clock clock) {
    this.clock = clock;
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
