package dev.parley.storage.commit;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Observes the work of a store for metrics and traces. Calls are frequent, and come from threads
 * that must not wait: implementations must not block or throw.
 */
public interface StoreObserver {
  /** No-op implementation. */
  StoreObserver NONE = new StoreObserver() {};

  /** Observes one task. */
  interface TaskObserver {
    /** No-op implementation. */
    TaskObserver NONE = new TaskObserver() {};

    /** A thread starts the task. */
    default void started() {}

    /**
     * The task ended, with or without success. If {@link #started} was not called before, the task
     * was removed from the queue.
     */
    default void finished() {}
  }

  /** Observes one queue. */
  interface QueueObserver {
    /** No-op implementation. */
    QueueObserver NONE = new QueueObserver() {};

    /** A task was added to the queue. Called by the submitting thread. */
    default TaskObserver queued() {
      return TaskObserver.NONE;
    }

    /**
     * A batch is complete.
     *
     * @param size the number of tasks in the batch, at least 1
     * @param nanos how long the batch took
     */
    default void committed(int size, long nanos) {}
  }

  /**
   * A queue was opened.
   *
   * @param name the name of the queue
   * @param waiting returns the number of waiting tasks
   */
  default QueueObserver queueOpened(String name, IntSupplier waiting) {
    return QueueObserver.NONE;
  }

  /**
   * An embedded engine wrote a batch and synced it to disk.
   *
   * @param nanos how long writing and syncing took
   */
  default void synced(long nanos) {}

  /**
   * Registers a gauge.
   *
   * @param name the name: words separated by dots
   * @param unit the unit; empty for a count
   * @param description what the gauge measures
   * @param value returns the present value; must be fast and thread-safe
   */
  default void gauge(String name, String unit, String description, LongSupplier value) {}
}
