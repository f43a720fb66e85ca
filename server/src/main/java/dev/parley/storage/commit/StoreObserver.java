package dev.parley.storage.commit;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Looks on while a store works, for metrics and traces. Called often, and by threads that must not
 * wait: nothing here blocks or throws.
 */
public interface StoreObserver {
  /** Looks away. */
  StoreObserver NONE = new StoreObserver() {};

  /** What is told of one piece of work. */
  interface TaskObserver {
    /** One that nobody asks about. */
    TaskObserver NONE = new TaskObserver() {};

    /** A thread takes it up. */
    default void started() {}

    /** It is done, well or not; without {@link #started} before, it was dropped from the queue. */
    default void finished() {}
  }

  /** What is told of one queue. */
  interface QueueObserver {
    /** One that nobody asks about. */
    QueueObserver NONE = new QueueObserver() {};

    /** Work is put into it, by the thread that asks for it. */
    default TaskObserver queued() {
      return TaskObserver.NONE;
    }

    /**
     * A batch is done.
     *
     * @param size how much work went together, at least 1
     * @param nanos how long that took
     */
    default void committed(int size, long nanos) {}
  }

  /**
   * A queue is opened.
   *
   * @param name its name
   * @param waiting how much waits in it at a time
   */
  default QueueObserver queueOpened(String name, IntSupplier waiting) {
    return QueueObserver.NONE;
  }

  /**
   * An engine made writes durable itself.
   *
   * @param nanos how long writing and syncing took
   */
  default void synced(long nanos) {}

  /**
   * Something may be measured.
   *
   * @param name words with dots between
   * @param unit the unit; empty for a count
   * @param description what it is
   * @param value asked for it at any time, by any thread; must be quick
   */
  default void gauge(String name, String unit, String description, LongSupplier value) {}
}
