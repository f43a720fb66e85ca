package dev.parley.app.server;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a sweep over the store at intervals, on a thread of its own. */
final class Sweeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
  private static final Duration FIRST_MAX = Duration.ofMinutes(1);

  private final String result;
  private final BiConsumer<IntConsumer, BooleanSupplier> sweep;
  private final Duration interval;
  private final Counter counter;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "parley-sweeper");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean closed;
  private boolean failing;

  /**
   * Creates a sweeper that is not started.
   *
   * @param result what was done, for the log, such as "Expired sessions deleted"
   * @param sweep sweeps once; receives where to report numbers of results, and whether to continue
   * @param interval the time from the end of a sweep to the next one; 0: no sweeps
   * @param counter counts the results
   */
  Sweeper(
      String result,
      BiConsumer<IntConsumer, BooleanSupplier> sweep,
      Duration interval,
      Counter counter) {
    this.result = result;
    this.sweep = sweep;
    this.interval = interval;
    this.counter = counter;
  }

  /** Starts. The first sweep is after a minute, or after the interval if that is shorter. */
  void start() {
    if (!interval.isZero()) {
      long first = Math.min(interval.toMillis(), FIRST_MAX.toMillis());
      var unused =
          thread.scheduleWithFixedDelay(
              this::sweep, first, interval.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Sweeps once. The first of consecutive failures is logged, and the next sweep tries again. */
  void sweep() {
    double before = counter.count();
    try {
      sweep.accept(counter::increment, () -> !closed);
      failing = false;
    } catch (RuntimeException e) {
      if (!closed && !failing) {
        log.warn("{}: not all of them. The next sweep tries again.", result, e);
      }
      failing = true;
    }
    long count = Math.round(counter.count() - before);
    if (count > 0) {
      log.info("{}: {}", result, count);
    }
  }

  /** Stops without waiting for a running sweep. */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }
}
