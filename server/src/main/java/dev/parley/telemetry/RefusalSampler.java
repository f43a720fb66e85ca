package dev.parley.telemetry;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Limits the traces of refused calls to 10 a second, so that a client that sends many of them does
 * not displace the traces of served calls. A call is refused if it ends before an API looks at it:
 * because of its credential, a rate limit, too many calls in flight, or an unknown path. Metrics
 * count all of them.
 */
final class RefusalSampler {
  static final int TRACES_PER_SECOND_MAX = 10;

  private static final Set<String> REFUSALS =
      Set.of(
          "CREDENTIAL_MISSING",
          "CREDENTIAL_INVALID",
          "RATE_LIMITED",
          "OVERLOADED",
          "ROUTE_NOT_FOUND",
          "METHOD_NOT_ALLOWED");

  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1) / TRACES_PER_SECOND_MAX;

  private final LongSupplier nanoTime;

  /** The time at which all allowed traces of a second would be used up by earlier refusals. */
  private final AtomicLong used;

  /**
   * @param nanoTime a clock like {@link System#nanoTime}
   */
  RefusalSampler(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    used = new AtomicLong(nanoTime.getAsLong());
  }

  /** Whether a call with this outcome is traced. */
  boolean isTraced(String outcome) {
    if (!REFUSALS.contains(outcome)) {
      return true;
    }
    long now = nanoTime.getAsLong();
    long before = used.get();
    // Overflow-safe maximum of two readings of the clock.
    long from = before - now > 0 ? before : now;
    boolean allowed = from + INTERVAL_NANOS - now <= TimeUnit.SECONDS.toNanos(1);
    // If another refusal was counted meanwhile, this one is not traced.
    return allowed && used.compareAndSet(before, from + INTERVAL_NANOS);
  }
}
