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

    /** It is done, well or not. */
    default void end() {}
  }

  /**
   * A queue is opened.
   *
   * @param queue its name
   * @param waiting how much waits in it at a time
   */
  default void opened(String queue, IntSupplier waiting) {}

  /** Work is put into a queue, by the thread that asks for it. */
  default Job queued(String queue) {
    return Job.NONE;
  }

  /**
   * A batch is done.
   *
   * @param queue the name of its queue
   * @param size how much work went together, at least 1
   * @param nanos how long that took
   */
  default void committed(String queue, int size, long nanos) {}

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
