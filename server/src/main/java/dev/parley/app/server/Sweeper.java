package dev.parley.app.server;

import dev.parley.core.ExpirySweep;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes expired sessions at intervals, on a thread of its own. */
final class Sweeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
  private static final Duration FIRST_MAX = Duration.ofMinutes(1);

  private final ExpirySweep sweep;
  private final Duration interval;
  private final Counter expired;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "parley-sweeper");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean closed;

  /**
   * Creates a sweeper that is not started.
   *
   * @param interval the time from the end of a sweep to the next one; 0: no sweeps
   */
  Sweeper(ExpirySweep sweep, Duration interval, MeterRegistry metrics) {
    this.sweep = sweep;
    this.interval = interval;
    expired =
        Counter.builder("parley.sessions.expired")
            .description("Expired sessions that this server deleted.")
            .register(metrics);
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

  /** Sweeps once. A failure is logged, and the next sweep tries again. */
  void sweep() {
    double before = expired.count();
    try {
      sweep.run(expired::increment, () -> !closed);
    } catch (RuntimeException e) {
      if (!closed) {
        log.warn("Not all expired sessions could be deleted. The next sweep tries again.", e);
      }
    }
    long deleted = Math.round(expired.count() - before);
    if (deleted > 0) {
      log.info("Expired sessions deleted: {}", deleted);
    }
  }

  /** Stops without waiting for a running sweep. */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }
}
