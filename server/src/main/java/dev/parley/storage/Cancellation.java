package dev.parley.storage;

import java.util.concurrent.CancellationException;

/** Tells whether the caller of an operation no longer wants its result. Read-only. */
public interface Cancellation {
  /** Never cancelled. */
  Cancellation NONE =
      new Cancellation() {
        @Override
        public boolean isCancelled() {
          return false;
        }

        @Override
        public void whenCancelled(Runnable action) {}
      };

  /** Whether the caller has cancelled. Once true, it stays true. */
  boolean isCancelled();

  /**
   * Registers an action that runs once, on the thread that cancels; at once and on this thread if
   * the operation is cancelled already. The action must not block.
   */
  void whenCancelled(Runnable action);

  /**
   * Fails if the caller has cancelled.
   *
   * @throws CancellationException if it has
   */
  default void throwIfCancelled() {
    if (isCancelled()) {
      throw exception();
    }
  }

  /** The exception of an operation that ends because its caller has cancelled. */
  static CancellationException exception() {
    return new CancellationException("The caller has cancelled.");
  }
}
