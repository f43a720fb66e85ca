package dev.parley.core.limit;

import dev.parley.auth.Principal;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Limits the number of calls of a kind, in total and for each key or user. Thread-safe. */
public final class ConcurrencyLimit {
  private final String calls;
  private final int max;
  private final int perCallerMax;
  private final AtomicInteger total = new AtomicInteger();
  private final Map<Object, Integer> byCaller = new ConcurrentHashMap<>();

  /**
   * Creates limits.
   *
   * @param calls the calls, in the plural, for messages
   * @param max how many calls there may be, at least 1
   * @param perCallerMax how many of them one key or user may have, at least 1
   */
  public ConcurrencyLimit(String calls, int max, int perCallerMax) {
    this.calls = calls;
    this.max = max;
    this.perCallerMax = perCallerMax;
  }

  /** The number of calls. */
  public int total() {
    return total.get();
  }

  /**
   * Counts a call until the result is closed.
   *
   * @throws SessionException {@code OVERLOADED} if a limit is reached
   */
  public Place acquire(Principal caller) {
    Object key = caller.keyId() != null ? caller.keyId() : caller.identity();
    if (total.incrementAndGet() > max) {
      total.decrementAndGet();
      throw overloaded("The server has %d %s and accepts no more.".formatted(max, calls));
    }
    int own = byCaller.merge(key, 1, Integer::sum);
    Place place = new Place(key);
    if (own > perCallerMax) {
      place.close();
      throw overloaded("The caller has %d %s and may have no more.".formatted(perCallerMax, calls));
    }
    return place;
  }

  private static SessionException overloaded(String message) {
    return new SessionException(ErrorReason.OVERLOADED, message);
  }

  /** One counted call. */
  public final class Place implements AutoCloseable {
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
