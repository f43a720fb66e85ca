package dev.parley.storage.commit;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bounded queue of writes with one thread that commits them in batches. While a batch is
 * committed, new writes gather for the next batch. So many callers share one sync to disk, and a
 * single caller waits for no other.
 *
 * @param <W> the type of the writes
 */
public final class GroupCommitQueue<W extends GroupCommitQueue.Work> implements AutoCloseable {

  /** A write that waits to be committed. */
  public interface Work {
    /** Fails the write. Has no effect if its outcome is already set. */
    void fail(Throwable cause);

    /** The approximate memory that the write holds while it waits. */
    int bytes();
  }

  /**
   * Commits batches.
   *
   * @param <W> the type of the writes
   */
  @FunctionalInterface
  public interface Committer<W> {
    /**
     * Commits {@code batch} in its order and completes each write. If this throws, all writes of
     * the batch that are not complete fail.
     */
    void commit(List<W> batch);
  }

  private record Waiting<W>(W work, StoreObserver.TaskObserver job) {}

  private final Committer<W> committer;
  private final StoreObserver.QueueObserver observer;
  private final int waitingMax;
  private final long waitingBytesMax;
  private final int batchMax;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Waiting<W>> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean closed;

  /**
   * Starts the thread.
   *
   * @param name the name of the thread and of the queue
   * @param waitingMax how many writes may wait, at least 1
   * @param waitingBytesMax how many bytes they may hold together, at least 1; a single write may
   *     exceed it
   * @param batchMax how many writes a batch may hold, at least 1
   * @param committer runs on the queue's thread only
   * @param observer observes all writes
   */
  public GroupCommitQueue(
      String name,
      int waitingMax,
      long waitingBytesMax,
      int batchMax,
      Committer<W> committer,
      StoreObserver observer) {
    if (waitingMax < 1 || waitingBytesMax < 1 || batchMax < 1) {
      throw new IllegalArgumentException("The limits of a queue must be at least 1.");
    }
    this.committer = committer;
    this.observer = observer.queueOpened(name, this::waiting);
    this.waitingMax = waitingMax;
    this.waitingBytesMax = waitingBytesMax;
    this.batchMax = batchMax;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  private int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds a write to the queue, or fails it at once: with {@code OVERLOADED} if the queue is full,
   * with {@code UNAVAILABLE} if the queue is closed. Never blocks.
   */
  public void submit(W work) {
    SessionException refusal;
    lock.lock();
    try {
      if (closed) {
        refusal = new SessionException(ErrorReason.UNAVAILABLE, "The store is closed.");
      } else if (!hasRoom(work)) {
        refusal = new SessionException(ErrorReason.OVERLOADED, "Too many writes are waiting.");
      } else {
        waiting.add(new Waiting<>(work, observer.queued()));
        waitingBytes += work.bytes();
        changed.signal();
        return;
      }
    } finally {
      lock.unlock();
    }
    work.fail(refusal);
  }

  private boolean hasRoom(W work) {
    return waiting.isEmpty()
        || (waiting.size() < waitingMax && waitingBytes + work.bytes() <= waitingBytesMax);
  }

  /** Rejects new writes, commits the waiting ones and stops. Blocks until done. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // Keep waiting: returning now would close the engine during a commit.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<StoreObserver.TaskObserver> jobs = new ArrayList<>();
    for (List<W> batch = take(jobs); !batch.isEmpty(); batch = take(jobs)) {
      long began = System.nanoTime();
      jobs.forEach(StoreObserver.TaskObserver::started);
      try {
        committer.commit(batch);
      } catch (Throwable fault) {
        for (W work : batch) {
          work.fail(fault);
        }
      }
      jobs.forEach(StoreObserver.TaskObserver::finished);
      observer.committed(batch.size(), System.nanoTime() - began);
    }
  }

  /** Takes the next batch. Empty once the queue is closed and no write waits. */
  private List<W> take(List<StoreObserver.TaskObserver> jobs) {
    jobs.clear();
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      int count = Math.min(waiting.size(), batchMax);
      List<W> batch = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        Waiting<W> next = waiting.remove();
        waitingBytes -= next.work().bytes();
        batch.add(next.work());
        jobs.add(next.job());
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }
}
