package dev.parley.storage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link Cancellation} that its owner can cancel. Thread-safe. */
public final class CancellationSource implements Cancellation {
  private volatile boolean cancelled;

  /** Null until an action is registered, because most operations register none. */
  private @Nullable List<Runnable> actions;

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void whenCancelled(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        if (actions == null) {
          actions = new ArrayList<>(2);
        }
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /**
   * Cancels and runs the registered actions in order of registration. Calling it again has no
   * effect. If an action fails, the others still run. The first exception is thrown with the others
   * suppressed.
   */
  public void cancel() {
    List<Runnable> registered;
    synchronized (this) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      registered = actions == null ? List.of() : actions;
      actions = null;
    }
    RuntimeException failure = null;
    for (Runnable action : registered) {
      try {
        action.run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
