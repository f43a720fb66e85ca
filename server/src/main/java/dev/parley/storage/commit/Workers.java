package dev.parley.storage.commit;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for work that blocks and needs no batch, and a bounded queue of what waits for one. */
public final class Workers implements AutoCloseable {
  private final ThreadPoolExecutor pool;
  private final Watch.Queue watch;

  /**
   * Starts workers.
   *
   * @param name what the names of the threads begin with, and that of the queue
   * @param threads how many, at least 1
   * @param waitingMax how much work may wait for one of them, at least 1
   * @param watch told of all work
   */
  public Workers(String name, int threads, int waitingMax, Watch watch) {
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waitingMax),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    this.watch = watch.opened(name, () -> pool.getQueue().size());
  }

  /**
   * Runs {@code body} on one of the threads, or fails at once: with {@code OVERLOADED} if too much
   * waits, with {@code UNAVAILABLE} if this is closed. Never blocks.
   */
  public <T> CompletableFuture<T> run(Callable<T> body) {
    CompletableFuture<T> future = new CompletableFuture<>();
    try {
      Watch.Job job = watch.queued();
      pool.execute(() -> run(body, future, job));
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(
          pool.isShutdown()
              ? new SessionException(ErrorReason.UNAVAILABLE, "The store is closed.")
              : new SessionException(ErrorReason.OVERLOADED, "Too many calls wait."));
    }
    return future;
  }

  private static <T> void run(Callable<T> body, CompletableFuture<T> future, Watch.Job job) {
    job.begin();
    T answer;
    try {
      answer = body.call();
    } catch (Throwable e) {
      job.end();
      future.completeExceptionally(e);
      return;
    }
    job.end();
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
        // To stop waiting would leave what the work uses to be closed under it.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
