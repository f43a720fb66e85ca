package dev.parley.storage.rocksdb.engine;

import dev.parley.storage.Cancellation;
import dev.parley.storage.commit.SnapshotPool;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.commit.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The threads that read, and the reads that wait for one. */
public final class ReadExecutor implements AutoCloseable {
  private final Database database;
  private final Workers workers;
  private final SnapshotPool<DatabaseSnapshot> snapshots;

  /** Held for reading by callers' threads while they read, for writing once this is closed. */
  private final StampedLock open = new StampedLock();

  public ReadExecutor(Database database, int threads, int waitingMax, StoreObserver observer) {
    this.database = database;
    workers =
        new Workers("parley-reader", threads, waitingMax, Workers.OnClose.FAIL_QUEUED, observer);
    snapshots =
        new SnapshotPool<>(
            new SnapshotPool.Source<DatabaseSnapshot>() {
              @Override
              public DatabaseSnapshot open(Cancellation cancellation) {
                return database.snapshot(cancellation);
              }

              @Override
              public void release(DatabaseSnapshot snapshot) {
                snapshot.close();
              }
            },
            Math.max(1, threads / 2),
            Integer.MAX_VALUE,
            waitingMax,
            observer);
  }

  /** Runs {@code body} on one state of the database, or fails at once if too many wait. */
  public <T> CompletableFuture<T> read(
      Cancellation cancellation, Function<DatabaseSnapshot, T> body) {
    return workers.run(
        cancellation,
        () -> {
          try (DatabaseSnapshot snapshot = database.snapshot(cancellation)) {
            return body.apply(snapshot);
          }
        });
  }

  /**
   * Reads so little that handing it over would take longer: on the caller's thread if it is in
   * memory.
   */
  public <T> CompletableFuture<T> readSmall(
      Cancellation cancellation, Function<DatabaseSnapshot, T> body) {
    return inMemory(
        cancellation,
        () -> {
          try (DatabaseSnapshot snapshot = database.cachedSnapshot(cancellation)) {
            return body.apply(snapshot);
          }
        },
        () -> read(cancellation, body));
  }

  /** Finds something single, which no write changes half: where {@link #readSmall} reads. */
  public <T> CompletableFuture<T> find(Cancellation cancellation, Function<RowReader, T> body) {
    return inMemory(
        cancellation,
        () -> body.apply(database.cacheOnly()),
        () -> workers.run(cancellation, () -> body.apply(database)));
  }

  /** Opens a state of the database that is read in several steps. */
  public CompletableFuture<SnapshotPool<DatabaseSnapshot>.Handle> snapshot(
      Cancellation cancellation) {
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
    } catch (CacheOnlyReader.NotCachedException e) {
      return orElse.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      open.unlockRead(stamp);
    }
  }

  /** Asks the database something that it has in memory; 0 once this is closed. */
  public long measure(ToLongFunction<Database> question) {
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
