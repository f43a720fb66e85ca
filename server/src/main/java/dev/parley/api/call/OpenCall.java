package dev.parley.api.call;

import dev.parley.api.call.limit.CallLimits;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.CancellationSource;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The resources of an open call: its slot among the calls in flight, and the memory of its body and
 * response. Thread-safe.
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
   * Opens a call whose slot was acquired.
   *
   * @param holder the caller that the limits apply to
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
   * Reserves {@code count} more bytes until the call is closed.
   *
   * @throws SessionException {@code OVERLOADED} if the memory is not available
   */
  public synchronized void reserve(long count) {
    if (closed || count == 0) {
      return;
    }
    if (!limits.bytes().tryAcquire(holder, count)) {
      throw new SessionException(
          ErrorReason.OVERLOADED, "Too many bytes of requests and responses are in memory.");
    }
    bytes += count;
  }

  /** Releases bytes that were reserved, before the call is closed. */
  public synchronized void release(long count) {
    if (!closed && count > 0) {
      limits.bytes().release(holder, count);
      bytes -= count;
    }
  }

  /**
   * Counts {@code count} more bytes that cannot be rejected, because the write is already stored.
   */
  public synchronized void count(long count) {
    if (!closed && count > 0) {
      limits.bytes().acquire(holder, count);
      bytes += count;
    }
  }

  /** Releases the slot when the response is complete, even if it is not sent yet. */
  public void answered() {
    if (answered.compareAndSet(false, true)) {
      limits.calls().release(holder, 1);
    }
  }

  /** Cancels the work for the call. */
  public void cancel() {
    cancellation.cancel();
  }

  /** Releases all resources, and cancels the work if the call has no response yet. */
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
