package dev.parley.storage.rocksdb;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Answers reads from memory, without a thread, until it is closed. */
final class MemoryReads {
  private final AtomicBoolean closed = new AtomicBoolean();

  <T> CompletableFuture<T> read(Cancellation cancellation, Supplier<T> body) {
    if (cancellation.isCancelled()) {
      return CompletableFuture.failedFuture(Cancellation.exception());
    }
    return closed.get()
        ? CompletableFuture.failedFuture(
            new SessionException(ErrorReason.UNAVAILABLE, "The store is closed."))
        : CompletableFuture.completedFuture(body.get());
  }

  /** Rejects new reads. Returns whether this is the first call. */
  boolean close() {
    return closed.compareAndSet(false, true);
  }
}
