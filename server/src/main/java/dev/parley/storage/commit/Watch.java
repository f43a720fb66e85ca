package dev.parley.storage.commit;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Looks on while a store works, for metrics and traces. Called often, and by threads that must not
 * wait: nothing here blocks or throws.
 */
public interface Watch {
  /** Looks away. */
  Watch NONE = new Watch() {};

  /** What is told of one piece of work. */
  interface Job {
    /** One that nobody asks about. */
    Job NONE = new Job() {};

    /** A thread takes it up. */
    default void begin() {}

    /** It is done, well or not; without {@link #begin} before, it was dropped from the queue. */
    default void end() {}
  }

  /** What is told of one queue. */
  interface Queue {
    /** One that nobody asks about. */
    Queue NONE = new Queue() {};

    /** Work is put into it, by the thread that asks for it. */
    default Job queued() {
      return Job.NONE;
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
  default Queue opened(String name, IntSupplier waiting) {
    return Queue.NONE;
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
  default void measurable(String name, String unit, String description, LongSupplier value) {}
}
