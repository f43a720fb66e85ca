package dev.parley.core.live;

import dev.parley.auth.Principal;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Limits the number of calls that wait, in total and for each key or user. Thread-safe. */
public final class WatchLimits {
  private final int max;
  private final int perCallerMax;
  private final AtomicInteger total = new AtomicInteger();
  private final Map<Object, Integer> byCaller = new ConcurrentHashMap<>();

  /**
   * Creates limits.
   *
   * @param max how many calls may wait, at least 1
   * @param perCallerMax how many of them one key or user may have, at least 1
   */
  public WatchLimits(int max, int perCallerMax) {
    this.max = max;
    this.perCallerMax = perCallerMax;
  }

  /** The number of calls that wait. */
  public int total() {
    return total.get();
  }

  /**
   * Counts a call that waits until the result is closed.
   *
   * @throws SessionException {@code OVERLOADED} if a limit is reached
   */
  Place acquire(Principal caller) {
    Object key = caller.keyId() != null ? caller.keyId() : caller.identity();
    if (total.incrementAndGet() > max) {
      total.decrementAndGet();
      throw overloaded(
          "The server has %d calls that wait for messages and accepts no more.".formatted(max));
    }
    int own = byCaller.merge(key, 1, Integer::sum);
    Place place = new Place(key);
    if (own > perCallerMax) {
      place.close();
      throw overloaded(
          "The caller has %d calls that wait for messages and may have no more."
              .formatted(perCallerMax));
    }
    return place;
  }

  private static SessionException overloaded(String message) {
    return new SessionException(ErrorReason.OVERLOADED, message);
  }

  /** One counted call. */
  final class Place implements AutoCloseable {
    private final Object key;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Place(Object key) {
      this.key = key;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        total.decrementAndGet();
        byCaller.computeIfPresent(key, (same, own) -> own == 1 ? null : own - 1);
      }
    }
  }
}
