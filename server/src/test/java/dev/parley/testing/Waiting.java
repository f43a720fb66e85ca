package dev.parley.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition that another thread or process fulfills. */
public final class Waiting {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration STEP = Duration.ofMillis(5);

  private Waiting() {}

  /** Waits until {@code condition} holds. Fails with the message {@code what} after a minute. */
  public static void until(BooleanSupplier condition, Supplier<String> what) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Waited in vain: " + what.get());
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }
}
