package dev.parley.storage;

import java.util.concurrent.CancellationException;

/** Reports whether the caller of an operation still wants its result. Read-only. */
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
   * Registers an action that runs once, on the cancelling thread. If the operation is already
   * cancelled, the action runs at once on this thread. The action must not block.
   */
  void whenCancelled(Runnable action);

  /**
   * Throws if the caller has cancelled.
   *
   * @throws CancellationException if the caller has cancelled
   */
  default void throwIfCancelled() {
    if (isCancelled()) {
      throw exception();
    }
  }

  /** Creates the exception of a cancelled operation. */
  static CancellationException exception() {
    return new CancelledException();
  }

  /** Has no stack trace, because each completed call creates this exception. */
  final class CancelledException extends CancellationException {
    private static final long serialVersionUID = 1L;

    private CancelledException() {
      super("The caller has cancelled.");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
