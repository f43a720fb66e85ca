package dev.parley.api.call.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit that all callers share. No single caller can use all of it.
 *
 * <p>One caller may use the whole limit while nobody else needs it. When the limit is reached,
 * callers that each use less than a quarter of it share a reserve of one more quarter. So one busy
 * caller cannot keep the others out. Two can: one that uses the whole limit, and one that uses the
 * whole reserve.
 */
public final class FairLimit {
  private static final int SHARES = 4;

  private final long limit;
  private final long share;
  private final AtomicLong total = new AtomicLong();
  private final ConcurrentHashMap<Object, Long> used = new ConcurrentHashMap<>();

  /**
   * Shares out {@code limit}.
   *
   * @param limit how much callers may use together, at least 1
   */
  public FairLimit(long limit) {
    this.limit = limit;
    share = Math.max(1, limit / SHARES);
  }

  /** How much is in use. */
  public long total() {
    return total.get();
  }

  /**
   * Takes {@code amount} for {@code caller}.
   *
   * @return false if that is more than is free, and then nothing was taken
   */
  public boolean tryAcquire(Object caller, long amount) {
    boolean[] taken = new boolean[1];
    used.compute(
        caller,
        (key, before) -> {
          long own = before == null ? 0 : before;
          long max = own + amount <= share ? limit + share : limit;
          taken[0] = addWithin(amount, max);
          return taken[0] ? Long.valueOf(own + amount) : before;
        });
    return taken[0];
  }

  /** Takes {@code amount} even if that is more than is free. */
  public void acquire(Object caller, long amount) {
    total.addAndGet(amount);
    used.merge(caller, amount, Long::sum);
  }

  /** Gives {@code amount} back. */
  public void release(Object caller, long amount) {
    total.addAndGet(-amount);
    used.computeIfPresent(caller, (key, own) -> own == amount ? null : own - amount);
  }

  private boolean addWithin(long amount, long max) {
    long before = total.get();
    while (before + amount <= max) {
      if (total.compareAndSet(before, before + amount)) {
        return true;
      }
      before = total.get();
    }
    return false;
  }
}
