package dev.parley.api.call.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit that all callers share. One caller alone cannot use all of it.
 *
 * <p>A caller can use the whole limit while no other caller needs it. When the limit is reached,
 * callers that each use less than a quarter of the limit share a reserve of one more quarter. A
 * single busy caller therefore cannot block the others. Two busy callers can: one uses the whole
 * limit, the other the whole reserve.
 */
public final class FairLimit {
  private static final int SHARES = 4;

  private final long limit;
  private final long share;
  private final AtomicLong total = new AtomicLong();
  private final ConcurrentHashMap<Object, Long> used = new ConcurrentHashMap<>();

  /**
   * Creates a limit.
   *
   * @param limit the maximum amount that callers use together, at least 1
   */
  public FairLimit(long limit) {
    this.limit = limit;
    share = Math.max(1, limit / SHARES);
  }

  /** The amount in use. */
  public long total() {
    return total.get();
  }

  /**
   * Acquires {@code amount} for {@code caller}.
   *
   * @return false if the amount is not available; nothing is acquired then
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

  /** Acquires {@code amount} even if it is not available. */
  public void acquire(Object caller, long amount) {
    total.addAndGet(amount);
    used.merge(caller, amount, Long::sum);
  }

  /** Releases {@code amount}. */
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
