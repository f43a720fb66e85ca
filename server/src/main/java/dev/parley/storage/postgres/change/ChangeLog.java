package dev.parley.storage.postgres.change;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.commit.GroupCommitQueue;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.commit.Workers;
import dev.parley.storage.postgres.transaction.Transactions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the change log. Reads that arrive at the same time share one look at the horizon. A look
 * may write to the log of the database, so there is a limited number of looks per second.
 */
public final class ChangeLog implements AutoCloseable {
  private static final int READS_PER_LOOK_MAX = 1_024;

  /** The time from one look to the next. */
  private static final Duration INTERVAL = Duration.ofMillis(20);

  private final Transactions transactions;
  private final Workers readers;
  private final boolean distributed;
  private final GroupCommitQueue<Look> looks;

  /** Used by the thread of the queue only. */
  private final ChangeHorizon horizon = new ChangeHorizon();

  /**
   * Starts the thread that looks at the horizon.
   *
   * @param distributed whether each agent needs its own statement
   * @param waitingMax how many reads may wait for a look
   */
  public ChangeLog(
      Transactions transactions,
      Workers readers,
      boolean distributed,
      int waitingMax,
      StoreObserver observer) {
    this.transactions = transactions;
    this.readers = readers;
    this.distributed = distributed;
    looks =
        new GroupCommitQueue<>(
            "parley-changes", waitingMax, Long.MAX_VALUE, READS_PER_LOOK_MAX, this::look, observer);
  }

  /** A read that waits for a look that begins after it. */
  private record Look(CompletableFuture<ChangeHorizon.State> state)
      implements GroupCommitQueue.Work {
    @Override
    public void fail(Throwable cause) {
      state.completeExceptionally(cause);
    }

    @Override
    public int bytes() {
      return 0;
    }
  }

  private void look(List<Look> batch) {
    long begin = System.nanoTime();
    ChangeHorizon.State state = transactions.read(horizon::advance);
    batch.forEach(look -> look.state().complete(state));
    LockSupport.parkNanos(begin + INTERVAL.toNanos() - System.nanoTime());
  }

  private CompletableFuture<ChangeHorizon.State> look() {
    Look look = new Look(new CompletableFuture<>());
    looks.submit(look);
    return look.state();
  }

  /** The last position that can be read. */
  public CompletableFuture<ChangePosition> last() {
    return look()
        .thenApply(
            state -> {
              if (!state.isKnown()) {
                throw new SessionException(
                    ErrorReason.UNAVAILABLE,
                    "The change log waits for open transactions of the database.");
              }
              return new ChangePosition(state.number());
            });
  }

  /** Lists changes up to the horizon. */
  public CompletableFuture<ChangePage> list(ChangeQuery query, Cancellation cancellation) {
    return cancellation.isCancelled()
        ? CompletableFuture.failedFuture(Cancellation.exception())
        : look().thenCompose(state -> list(query, state, cancellation));
  }

  /**
   * Lists changes. A position that another server reported may be after the horizon that this
   * server knows, but is never after the last number.
   */
  private CompletableFuture<ChangePage> list(
      ChangeQuery query, ChangeHorizon.State state, Cancellation cancellation) {
    if (!state.isKnown()) {
      return CompletableFuture.completedFuture(new ChangePage(List.of(), query.after()));
    }
    boolean reached = query.after().number() <= state.last();
    long after = reached ? query.after().number() : state.number();
    ChangePosition end = new ChangePosition(Math.max(after, state.number()));
    if (after == end.number() || query.agentIds().isEmpty()) {
      return CompletableFuture.completedFuture(new ChangePage(List.of(), end));
    }
    return readers.run(
        cancellation,
        () -> {
          List<Change> changes =
              transactions.read(
                  cancellation,
                  reading -> ChangeTable.list(reading, query, after, end.number(), distributed));
          return ChangePage.of(changes, query.limit(), end);
        });
  }

  /** Rejects new reads, and completes those that wait. */
  @Override
  public void close() {
    looks.close();
  }
}
