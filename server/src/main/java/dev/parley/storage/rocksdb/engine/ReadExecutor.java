package dev.parley.storage.rocksdb.engine;

import dev.parley.storage.Cancellation;
import dev.parley.storage.commit.SharedReads;
import dev.parley.storage.commit.SnapshotPool;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.commit.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Runs reads: on the caller's thread if the data is in memory, otherwise on reader threads. */
public final class ReadExecutor implements AutoCloseable {
  private final Database database;
  private final Workers workers;
  private final SharedReads shared = new SharedReads();
  private final SnapshotPool<DatabaseSnapshot> snapshots;

  /** Read-locked while a caller's thread reads; write-locked once this is closed. */
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

  /** Runs {@code body} on one state of the database. Fails at once if too many reads wait. */
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
   * Runs a read as above. Equal reads that wait for a thread are one read.
   *
   * @param query what is read; equal objects have the same answer
   */
  public <T> CompletableFuture<T> readShared(
      Object query, Cancellation cancellation, Function<DatabaseSnapshot, T> body) {
    return shared.read(
        query,
        cancellation,
        (all, begin) ->
            workers.run(
                all,
                () -> {
                  begin.run();
                  try (DatabaseSnapshot snapshot = database.snapshot(all)) {
                    return body.apply(snapshot);
                  }
                }));
  }

  /**
   * Runs a small read. It runs on the caller's thread if the data is in memory, because handing it
   * over would take longer. Otherwise, it is shared with equal reads.
   */
  public <T> CompletableFuture<T> readSmall(
      Object query, Cancellation cancellation, Function<DatabaseSnapshot, T> body) {
    return inMemory(
        cancellation,
        () -> {
          try (DatabaseSnapshot snapshot = database.cachedSnapshot(cancellation)) {
            return body.apply(snapshot);
          }
        },
        () -> readShared(query, cancellation, body));
  }

  /**
   * Finds one entity that every write changes atomically. Runs on the same threads as {@link
   * #readSmall}.
   */
  public <T> CompletableFuture<T> find(Cancellation cancellation, Function<RowReader, T> body) {
    return inMemory(
        cancellation,
        () -> body.apply(database.cacheOnly()),
        () -> workers.run(cancellation, () -> body.apply(database)));
  }

  /** Opens a state of the database to be read in several steps. */
  public CompletableFuture<SnapshotPool<DatabaseSnapshot>.Handle> snapshot(
      Cancellation cancellation) {
    return snapshots.open(cancellation);
  }

  /**
   * Reads data that is in memory.
   *
   * @param orElse reads the rest on another thread
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

  /** Queries the database for a value that is in memory; 0 once this is closed. */
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
   * Rejects new reads, fails waiting reads, completes running reads, and closes all snapshots.
   * Blocks until done.
   */
  @Override
  public void close() {
    open.writeLock();
    workers.close();
    snapshots.close();
  }
}
