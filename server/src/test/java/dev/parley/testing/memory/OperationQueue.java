package dev.parley.testing.memory;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs the operations of a store one after the other, on one thread, in the order of submission.
 * The thread ends when it is idle, so a test does not have to close its store.
 */
final class OperationQueue implements AutoCloseable {
  private final ExecutorService thread;
  private volatile boolean closed;

  OperationQueue() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), OperationQueue::daemon);
    executor.allowCoreThreadTimeOut(true);
    thread = executor;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "parley-memory");
    thread.setDaemon(true);
    return thread;
  }

  <T> CompletableFuture<T> write(Supplier<T> body) {
    return submit(new CompletableFuture<>(), body);
  }

  <T> CompletableFuture<T> read(Cancellation cancellation, Supplier<T> body) {
    if (cancellation.isCancelled()) {
      return CompletableFuture.failedFuture(Cancellation.exception());
    }
    CompletableFuture<T> future = new CompletableFuture<>();
    cancellation.whenCancelled(() -> future.completeExceptionally(Cancellation.exception()));
    return submit(
        future,
        () -> {
          if (closed) {
            throw unavailable();
          }
          cancellation.throwIfCancelled();
          return body.get();
        });
  }

  private <T> CompletableFuture<T> submit(CompletableFuture<T> future, Supplier<T> body) {
    try {
      thread.execute(() -> run(future, body));
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(unavailable());
    }
    return future;
  }

  private static <T> void run(CompletableFuture<T> future, Supplier<T> body) {
    if (future.isDone()) {
      return;
    }
    try {
      future.complete(body.get());
    } catch (RuntimeException | Error e) {
      future.completeExceptionally(e);
    }
  }

  private static SessionException unavailable() {
    return new SessionException(ErrorReason.UNAVAILABLE, "The store is closed.");
  }

  /** Rejects new operations, and waits until all accepted operations are done. */
  @Override
  public void close() {
    closed = true;
    thread.shutdown();
    try {
      while (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
        // An operation still runs.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
