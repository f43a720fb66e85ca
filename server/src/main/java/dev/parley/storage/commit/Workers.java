package dev.parley.storage.commit;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A thread pool with a bounded queue, for blocking tasks that are not batched. */
public final class Workers implements AutoCloseable {
  private final ThreadPoolExecutor pool;
  private final StoreObserver.QueueObserver observer;
  private final OnClose onClose;

  /** What {@link #close} does with queued tasks. */
  public enum OnClose {
    /** Run them. For writes, which must complete once accepted. */
    RUN_QUEUED,

    /** Fail them with {@code UNAVAILABLE} at once. For reads, which change nothing. */
    FAIL_QUEUED
  }

  /**
   * Starts the threads.
   *
   * @param name the prefix of the thread names, and the name of the queue
   * @param threads how many threads, at least 1
   * @param waitingMax how many tasks may wait in the queue, at least 1
   * @param onClose what closing does with queued tasks
   * @param observer observes all tasks
   */
  public Workers(
      String name, int threads, int waitingMax, OnClose onClose, StoreObserver observer) {
    AtomicInteger number = new AtomicInteger();
    this.onClose = onClose;
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
    this.observer = observer.queueOpened(name, () -> pool.getQueue().size());
  }

  /** Runs {@code body} without cancellation. See {@link #run(Cancellation, Callable)}. */
  public <T> CompletableFuture<T> run(Callable<T> body) {
    return run(Cancellation.NONE, body);
  }

  /**
   * Runs {@code body} on one of the threads. Fails at once with {@code OVERLOADED} if the queue is
   * full, and with {@code UNAVAILABLE} if the pool is closed. Never blocks.
   *
   * <p>If {@code cancellation} fires while the task is queued, the task leaves the queue, its body
   * never runs, and its future fails with a {@link java.util.concurrent.CancellationException}. A
   * running body has to check the signal itself.
   */
  public <T> CompletableFuture<T> run(Cancellation cancellation, Callable<T> body) {
    if (cancellation.isCancelled()) {
      return CompletableFuture.failedFuture(Cancellation.exception());
    }
    CompletableFuture<T> future = new CompletableFuture<>();
    StoreObserver.TaskObserver taskObserver = observer.queued();
    Job<T> job = new Job<>(new Task<>(body, future, taskObserver));
    try {
      pool.execute(job);
    } catch (RejectedExecutionException e) {
      job.fail(
          pool.isShutdown()
              ? closed()
              : new SessionException(ErrorReason.OVERLOADED, "Too many calls are waiting."));
      return future;
    }
    cancellation.whenCancelled(
        () -> {
          if (job.fail(Cancellation.exception())) {
            pool.remove(job);
          }
        });
    return future;
  }

  private static SessionException closed() {
    return new SessionException(ErrorReason.UNAVAILABLE, "The store is closed.");
  }

  /** The contents of a job. */
  private record Task<T>(
      Callable<T> body, CompletableFuture<T> future, StoreObserver.TaskObserver taskObserver) {}

  /**
   * A queued job. It hands over its task once: to the thread that runs it, or to the caller that
   * fails it. So a cancellation that outlives the job keeps none of its memory.
   */
  private static final class Job<T> implements Runnable {
    private final AtomicReference<Task<T>> task;

    Job(Task<T> task) {
      this.task = new AtomicReference<>(task);
    }

    @Override
    public void run() {
      Task<T> taken = task.getAndSet(null);
      if (taken == null) {
        return;
      }
      taken.taskObserver().started();
      T answer;
      try {
        answer = taken.body().call();
      } catch (Throwable e) {
        taken.taskObserver().finished();
        taken.future().completeExceptionally(e);
        return;
      }
      taken.taskObserver().finished();
      taken.future().complete(answer);
    }

    /** Fails the job unless it is running or done. Returns whether it failed the job. */
    boolean fail(Throwable cause) {
      Task<T> taken = task.getAndSet(null);
      if (taken == null) {
        return false;
      }
      taken.taskObserver().finished();
      taken.future().completeExceptionally(cause);
      return true;
    }
  }

  /**
   * Rejects new tasks, runs or fails the queued tasks according to {@link OnClose}, and waits for
   * the running tasks.
   */
  @Override
  public void close() {
    pool.shutdown();
    if (onClose == OnClose.FAIL_QUEUED) {
      List<Runnable> queued = new ArrayList<>();
      pool.getQueue().drainTo(queued);
      queued.forEach(job -> ((Job<?>) job).fail(closed()));
    }
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        // Keep waiting: returning now would close resources that running tasks use.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
