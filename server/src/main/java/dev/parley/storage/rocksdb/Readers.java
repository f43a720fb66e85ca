package dev.parley.storage.rocksdb;

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
   * Reads so little that handing it over would take longer: on the caller's thread if it is in
   * memory.
   */
  <T> CompletableFuture<T> readLittle(Function<View, T> body) {
    return inMemory(
        () -> {
          try (View view = database.viewOfMemory()) {
            return body.apply(view);
          }
        },
        () -> read(body));
  }

  /** Finds something single, which no write changes half: where {@link #readLittle} reads. */
  <T> CompletableFuture<T> find(Function<Source, T> body) {
    return inMemory(
        () -> body.apply(database.memory()), () -> workers.run(() -> body.apply(database)));
  }

  /**
   * Reads what is in memory.
   *
   * @param orElse reads what is not, where that keeps nobody waiting
   */
  private <T> CompletableFuture<T> inMemory(
      Supplier<T> body, Supplier<CompletableFuture<T>> orElse) {
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

  /** Refuses what comes, and finishes what goes on. Blocks until done. */
  @Override
  public void close() {
    open.writeLock();
    workers.close();
  }
}
