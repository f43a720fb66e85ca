package dev.parley.bench;

import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls at a given rate, whether or not earlier calls are answered. The latency of a call is
 * measured from its scheduled time, so a stall shows in all calls that it delays.
 */
final class OpenLoad {
  private static final long TICK_NANOS = 500_000;
  private static final long END_SECONDS = 60;

  /** Shared, because creating one per call would take CPU time from the server in an overload. */
  private static final IllegalStateException NOT_SENT = new IllegalStateException("NOT_SENT");

  private final double perSecond;
  private final int openMax;
  private final Call call;

  /**
   * Creates a load.
   *
   * @param perSecond the offered rate
   * @param openMax the maximum number of open calls; further calls are not sent and count as failed
   *     with {@code NOT_SENT}
   */
  OpenLoad(double perSecond, int openMax, Call call) {
    this.perSecond = perSecond;
    this.openMax = openMax;
    this.call = call;
  }

  /** Makes calls for the given number of seconds and waits for their answers. */
  Round run(double seconds) {
    Tally tally = new Tally();
    AtomicInteger open = new AtomicInteger();
    Phaser ended = new Phaser(1);
    long begin = System.nanoTime();
    long count = (long) (perSecond * seconds);
    for (long i = 0; i < count; i++) {
      long due = begin + (long) (i * 1e9 / perSecond);
      for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
        LockSupport.parkNanos(Math.max(early, TICK_NANOS));
      }
      if (open.incrementAndGet() > openMax) {
        open.decrementAndGet();
        tally.count(due, NOT_SENT);
        continue;
      }
      ended.register();
      var unused =
          call.make()
              .whenComplete(
                  (answer, failure) -> {
                    tally.count(due, failure);
                    open.decrementAndGet();
                    ended.arriveAndDeregister();
                  });
    }
    await(ended);
    return tally.round();
  }

  private static void await(Phaser ended) {
    try {
      ended.awaitAdvanceInterruptibly(ended.arrive(), END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException("Calls were not answered.", e);
    }
  }
}
