package dev.parley.storage.postgres;

import dev.parley.storage.Cancellation;
import dev.parley.storage.postgres.table.BusySessionTable;
import dev.parley.storage.postgres.write.BusySessions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the busy state of sessions that have no more appends, at intervals, on a thread of its own.
 * This includes sessions that other servers made busy.
 */
final class BusySessionSweep implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BusySessionSweep.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final int SESSIONS_AT_ONCE = 1_000;

  private final OperationExecutor operations;
  private final BusySessions busySessions;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "parley-busy-sessions");
            thread.setDaemon(true);
            return thread;
          });
  private boolean failing;

  BusySessionSweep(OperationExecutor operations, BusySessions busySessions) {
    this.operations = operations;
    this.busySessions = busySessions;
  }

  /** Starts a sweeper, whose first sweep is after the interval. */
  static BusySessionSweep start(OperationExecutor operations, BusySessions busySessions) {
    BusySessionSweep sweep = new BusySessionSweep(operations, busySessions);
    var unused =
        sweep.thread.scheduleWithFixedDelay(
            sweep::sweepOrLog, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return sweep;
  }

  private void sweepOrLog() {
    try {
      sweep(Instant.now());
      failing = false;
    } catch (RuntimeException e) {
      if (!thread.isShutdown() && !failing) {
        log.warn("Some busy sessions could not be indexed. The next attempt is in a minute.", e);
      }
      failing = true;
    }
  }

  /** Sweeps once, as at a given time. Returns the number of sessions that are no longer busy. */
  int sweep(Instant now) {
    Instant since = now.minus(BusySessionTable.PAUSE_MAX);
    int ended = 0;
    int endedNow;
    do {
      endedNow = endIdle(since);
      ended += endedNow;
    } while (endedNow == SESSIONS_AT_ONCE);
    // Last, so that no session becomes busy in the place of one that still is.
    busySessions.forgetIdle(since);
    return ended;
  }

  private int endIdle(Instant since) {
    Map<UUID, Collection<UUID>> idle =
        operations
            .read(
                null,
                Cancellation.NONE,
                reading -> BusySessionTable.listIdle(reading, since, SESSIONS_AT_ONCE))
            .join();
    int ended = 0;
    CompletionException failure = null;
    for (Map.Entry<UUID, Collection<UUID>> each : idle.entrySet()) {
      UUID agentId = each.getKey();
      try {
        ended +=
            operations
                .write(
                    agentId,
                    connection ->
                        BusySessionTable.endIdle(connection, agentId, each.getValue(), since))
                .join();
      } catch (CompletionException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return ended;
  }

  /** Stops without waiting for a running sweep. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
