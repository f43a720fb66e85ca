package dev.parley.bench;

import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls at a given rate, whether earlier ones are answered or not. A call's time counts from when
 * it was due, so that a stall shows in all calls that it held up.
 */
final class OpenLoad {
  private static final long TICK_NANOS = 500_000;
  private static final long END_SECONDS = 60;

  /** One for all: to make each anew would take the machine from the server in an overload. */
  private static final IllegalStateException NOT_SENT = new IllegalStateException("NOT_SENT");

  private final double perSecond;
  private final int openMax;
  private final Call call;

  /**
   * Makes a load.
   *
   * @param perSecond the rate to offer
   * @param openMax how many calls may be open: one that is due when as many are counts as failed,
   *     as {@code NOT_SENT}
   */
  OpenLoad(double perSecond, int openMax, Call call) {
    this.perSecond = perSecond;
    this.openMax = openMax;
    this.call = call;
  }

  /** Makes calls for some seconds, and waits for their answers. */
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
