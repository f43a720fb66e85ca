package dev.parley.api.call;

import dev.parley.api.call.limit.CallLimits;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.CancellationSource;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a call holds while it is open: its place among the calls in flight, and the bytes of its
 * body and answer. Safe to use from several threads.
 */
public final class OpenCall implements AutoCloseable {
  private final Call call;
  private final CancellationSource cancellation;
  private final CallLimits limits;
  private final Object holder;
  private final AtomicBoolean answered = new AtomicBoolean();
  private long bytes;
  private boolean closed;

  /**
   * Opens a call whose place in flight was acquired.
   *
   * @param holder the caller that the limits count for
   */
  OpenCall(Call call, CancellationSource cancellation, CallLimits limits, Object holder) {
    this.call = call;
    this.cancellation = cancellation;
    this.limits = limits;
    this.holder = holder;
  }

  /** The call. */
  public Call call() {
    return call;
  }

  /**
   * Reserves memory for {@code count} more bytes, until the call is closed.
   *
   * @throws SessionException {@code OVERLOADED} if that is more than is free
   */
  public synchronized void reserve(long count) {
    if (closed || count == 0) {
      return;
    }
    if (!limits.bytes().tryAcquire(holder, count)) {
      throw new SessionException(
          ErrorReason.OVERLOADED, "Too many bytes of requests and answers are in memory.");
    }
    bytes += count;
  }

  /** Counts {@code count} more bytes that cannot be refused: a write has been stored already. */
  public synchronized void count(long count) {
    if (!closed && count > 0) {
      limits.bytes().acquire(holder, count);
      bytes += count;
    }
  }

  /** Gives up the place in flight: the answer is made, though not yet sent. */
  public void answered() {
    if (answered.compareAndSet(false, true)) {
      limits.calls().release(holder, 1);
    }
  }

  /** Stops the work that goes on for the call. */
  public void cancel() {
    cancellation.cancel();
  }

  /** Releases everything, and stops the work if the call was not answered. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (bytes > 0) {
        limits.bytes().release(holder, bytes);
      }
    }
    cancel();
    answered();
  }
}
