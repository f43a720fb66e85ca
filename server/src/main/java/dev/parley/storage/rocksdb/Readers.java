package dev.parley.storage.rocksdb;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The threads that read, and the reads that wait for one. */
final class Readers implements AutoCloseable {
  private final Database database;
  private final ThreadPoolExecutor pool;

  Readers(Database database, int threads, int waitingMax) {
    this.database = database;
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waitingMax),
            task -> {
              Thread thread = new Thread(task, "parley-reader-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Runs {@code body} on one state of the database, or fails at once if too many wait. */
  <T> CompletableFuture<T> read(Function<View, T> body) {
    CompletableFuture<T> future = new CompletableFuture<>();
    try {
      pool.execute(() -> run(body, future));
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(
          pool.isShutdown()
              ? new SessionException(ErrorReason.UNAVAILABLE, "The store is closed.")
              : new SessionException(ErrorReason.OVERLOADED, "Too many reads wait."));
    }
    return future;
  }

  private <T> void run(Function<View, T> body, CompletableFuture<T> future) {
    T answer;
    try (View view = database.view()) {
      answer = body.apply(view);
    } catch (Throwable e) {
      future.completeExceptionally(e);
      return;
    }
    future.complete(answer);
  }

  /** Refuses what comes, and finishes what waits. Blocks until done. */
  @Override
  public void close() {
    pool.shutdown();
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        // To stop waiting would leave the database to be closed under a read.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
