package dev.parley.testing;

import dev.parley.core.IdGenerator;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Ids that a test can predict: 1, 2, 3 and so on. */
public final class SequentialIds implements IdGenerator {
  private final AtomicLong last = new AtomicLong();

  @Override
  public UUID uuid() {
    return new UUID(0, last.incrementAndGet());
  }

  /** The id that {@link #uuid} returned last. */
  public UUID last() {
    return new UUID(0, last.get());
  }
}
