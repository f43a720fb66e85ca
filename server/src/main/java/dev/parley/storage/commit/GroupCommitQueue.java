package dev.parley.storage.commit;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bounded queue of work and the one thread that commits it. While one batch is being committed,
 * more work gathers, and goes together into the next: so many callers share one sync, and a lone
 * caller waits for nobody.
 *
 * @param <W> the work
 */
public final class GroupCommitQueue<W extends GroupCommitQueue.Work> implements AutoCloseable {

  /** Something that waits to be committed. */
  public interface Work {
    /**
     * Tells the one who waits that it was not done. Does nothing if the outcome is known already.
     */
    void fail(Throwable cause);

    /** How much memory it holds while it waits, roughly. */
    int bytes();
  }

  /**
   * Commits batches.
   *
   * @param <W> the work
   */
  @FunctionalInterface
  public interface Committer<W> {
    /**
     * Commits {@code batch}, which came in this order, and tells each one who waits how it went. If
     * this throws, all work of the batch whose outcome is not known yet fails.
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
   * Opens a lane.
   *
   * @param name the name of its thread, and of the queue
   * @param waitingMax how much work may wait, at least 1
   * @param waitingBytesMax how many bytes it may hold together, at least 1; one piece of work may
   *     wait whatever it holds
   * @param batchMax how much work goes into one batch at most, at least 1
   * @param committer called by the lane's thread only
   * @param observer told of all work
   */
  public GroupCommitQueue(
      String name,
      int waitingMax,
      long waitingBytesMax,
      int batchMax,
      Committer<W> committer,
      StoreObserver observer) {
    if (waitingMax < 1 || waitingBytesMax < 1 || batchMax < 1) {
      throw new IllegalArgumentException("A lane needs room.");
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
   * Adds work to what waits, or fails it at once: with {@code OVERLOADED} if as much waits as may,
   * with {@code UNAVAILABLE} if the lane is closed. Never blocks.
   */
  public void submit(W work) {
    SessionException refusal;
    lock.lock();
    try {
      if (closed) {
        refusal = new SessionException(ErrorReason.UNAVAILABLE, "The store is closed.");
      } else if (!hasRoom(work)) {
        refusal = new SessionException(ErrorReason.OVERLOADED, "Too many writes wait.");
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

  /** Refuses what comes, commits what waits, and stops. Blocks until done. */
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
        // To stop waiting would leave the engine to be closed under a commit.
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

  /** What waits, at most a batch; empty once the lane is closed and nothing waits. */
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
