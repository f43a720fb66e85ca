package dev.parley.storage.rocksdb;

import dev.parley.storage.Cancellation;
import dev.parley.storage.commit.SnapshotPool;
import dev.parley.storage.commit.Watch;
import dev.parley.storage.commit.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The threads that read, and the reads that wait for one. */
final class Readers implements AutoCloseable {
  private final Database database;
  private final Workers workers;
  private final SnapshotPool<View> snapshots;

  /** Held for reading by callers' threads while they read, for writing once this is closed. */
  private final StampedLock open = new StampedLock();

  Readers(Database database, int threads, int waitingMax, Watch watch) {
    this.database = database;
    workers = new Workers("parley-reader", threads, waitingMax, Workers.OnClose.FAIL_QUEUED, watch);
    snapshots =
        new SnapshotPool<>(
            new SnapshotPool.Source<View>() {
              @Override
              public View open(Cancellation cancellation) {
                return database.view(cancellation);
              }

              @Override
              public void release(View view) {
                view.close();
              }
            },
            Math.max(1, threads / 2),
            Integer.MAX_VALUE,
            waitingMax,
            watch);
  }

  /** Runs {@code body} on one state of the database, or fails at once if too many wait. */
  <T> CompletableFuture<T> read(Cancellation cancellation, Function<View, T> body) {
    return workers.run(
        cancellation,
        () -> {
          try (View view = database.view(cancellation)) {
            return body.apply(view);
          }
        });
  }

  /**
   * Reads so little that handing it over would take longer: on the caller's thread if it is in
   * memory.
   */
  <T> CompletableFuture<T> readLittle(Cancellation cancellation, Function<View, T> body) {
    return inMemory(
        cancellation,
        () -> {
          try (View view = database.viewOfMemory(cancellation)) {
            return body.apply(view);
          }
        },
        () -> read(cancellation, body));
  }

  /** Finds something single, which no write changes half: where {@link #readLittle} reads. */
  <T> CompletableFuture<T> find(Cancellation cancellation, Function<Source, T> body) {
    return inMemory(
        cancellation,
        () -> body.apply(database.memory()),
        () -> workers.run(cancellation, () -> body.apply(database)));
  }

  /** Opens a state of the database that is read in several steps. */
  CompletableFuture<SnapshotPool<View>.Handle> snapshot(Cancellation cancellation) {
    return snapshots.open(cancellation);
  }

  /**
   * Reads what is in memory.
   *
   * @param orElse reads what is not, where that keeps nobody waiting
   */
  private <T> CompletableFuture<T> inMemory(
      Cancellation cancellation, Supplier<T> body, Supplier<CompletableFuture<T>> orElse) {
    if (cancellation.isCancelled()) {
      return CompletableFuture.failedFuture(Cancellation.exception());
    }
    long stamp = open.tryReadLock();
    if (stamp == 0) {
      return orElse.get();
    }
    try {
      return CompletableFuture.completedFuture(body.get());
    } catch (Memory.Missed e) {
      return orElse.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      open.unlockRead(stamp);
    }
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

  /**
   * Rejects new reads, fails those that wait, finishes those that run, and closes all snapshots.
   * Blocks until done.
   */
  @Override
  public void close() {
    open.writeLock();
    workers.close();
    snapshots.close();
  }
}
