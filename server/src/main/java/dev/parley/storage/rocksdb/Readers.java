package dev.parley.storage.rocksdb;

import dev.parley.storage.commit.Watch;
import dev.parley.storage.commit.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The threads that read, and the reads that wait for one. */
final class Readers implements AutoCloseable {
  private final Database database;
  private final Workers workers;

  /** Held for reading by callers' threads while they read, for writing once this is closed. */
  private final StampedLock open = new StampedLock();

  Readers(Database database, int threads, int waitingMax, Watch watch) {
    this.database = database;
    workers = new Workers("parley-reader", threads, waitingMax, watch);
  }

  /** Runs {@code body} on one state of the database, or fails at once if too many wait. */
  <T> CompletableFuture<T> read(Function<View, T> body) {
    return workers.run(
        () -> {
          try (View view = database.view()) {
            return body.apply(view);
          }
        });
  }

  /**
   * Finds something single, which no write changes half: on the caller's thread if it is in memory,
   * as handing it over would take longer than that.
   */
  <T> CompletableFuture<T> find(Function<Source, T> body) {
    long stamp = open.tryReadLock();
    if (stamp != 0) {
      try {
        return CompletableFuture.completedFuture(body.apply(database.memory()));
      } catch (Memory.Missed e) {
        // The disk is read where that keeps nobody waiting.
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      } finally {
        open.unlockRead(stamp);
      }
    }
    return workers.run(() -> body.apply(database));
  }

  /** Asks the database something that it has in memory; 0 once this is closed. */
  long measure(ToLongFunction<Database> question) {
    long stamp = open.tryReadLock();
    if (stamp == 0) {
      return 0;
    }
    try {
      return question.applyAsLong(database);
    } finally {
      open.unlockRead(stamp);
    }
  }

  /** Refuses what comes, and finishes what goes on. Blocks until done. */
  @Override
  public void close() {
    open.writeLock();
    workers.close();
  }
}
