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

/** Threads for work that blocks and needs no batch, with a bounded queue of jobs. */
public final class Workers implements AutoCloseable {
  private final ThreadPoolExecutor pool;
  private final StoreObserver.QueueObserver observer;
  private final OnClose onClose;

  /** What {@link #close} does with the jobs in the queue. */
  public enum OnClose {
    /** Runs them: for writes, which were accepted and so are finished. */
    RUN_QUEUED,

    /** Fails them with {@code UNAVAILABLE} at once: for reads, which change nothing. */
    FAIL_QUEUED
  }

  /**
   * Starts workers.
   *
   * @param name the prefix of the thread names, and the name of the queue
   * @param threads how many, at least 1
   * @param waitingMax how many jobs may wait in the queue, at least 1
   * @param onClose what closing does with the jobs in the queue
   * @param observer told of all jobs
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

  /** Runs {@code body}, which cannot be cancelled. See {@link #run(Cancellation, Callable)}. */
  public <T> CompletableFuture<T> run(Callable<T> body) {
    return run(Cancellation.NONE, body);
  }

  /**
   * Runs {@code body} on one of the threads, or fails at once: with {@code OVERLOADED} if the queue
   * is full, with {@code UNAVAILABLE} if this is closed. Never blocks.
   *
   * <p>If {@code cancellation} fires while the job is in the queue, the job leaves the queue at
   * once, its body never runs, and its future fails with a {@link
   * java.util.concurrent.CancellationException}. A body that runs already has to look at the signal
   * itself.
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
              : new SessionException(ErrorReason.OVERLOADED, "Too many calls wait."));
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

  /** What a job has to do. */
  private record Task<T>(
      Callable<T> body, CompletableFuture<T> future, StoreObserver.TaskObserver taskObserver) {}

  /**
   * A job. It gives its task away once: to the thread that runs it, or to whoever makes it fail. So
   * a cancellation that outlives the job keeps nothing of it.
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

    /** Makes the job fail, unless it runs or is done. Whether it did. */
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
   * Refuses new jobs, treats the jobs in the queue as {@link OnClose} says, and waits for those
   * that run. Blocks until done.
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
        // To stop waiting would leave what the work uses to be closed under it.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
