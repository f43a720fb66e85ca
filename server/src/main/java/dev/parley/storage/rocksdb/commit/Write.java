package dev.parley.storage.rocksdb.commit;

import dev.parley.storage.commit.GroupCommitQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A write in the group commit queue. Its result, including an error, may depend on other writes of
 * the batch, so it completes only when the batch is durable.
 *
 * @param <T> the type of the result
 */
final class Write<T> implements GroupCommitQueue.Work {
  private final int bytes;
  private final Isolation isolation;
  private final Function<Batch, T> body;
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private @Nullable T result;
  private @Nullable Throwable failure;

  /** Which other writes must not run at the same time. */
  enum Isolation {
    /** Those of the same agent or webhook. */
    SAME_ID,
    /** Those of all other threads. */
    ALL,
    /** Those of all other threads. The write must also be the first of its batch. */
    ALL_COMMITTED
  }

  /**
   * Creates a write.
   *
   * @param bytes the approximate memory that {@code body} holds
   */
  Write(int bytes, Isolation isolation, Function<Batch, T> body) {
    this.bytes = bytes;
    this.isolation = isolation;
    this.body = body;
  }

  CompletableFuture<T> future() {
    return future;
  }

  /** Whether the write must be the first of its batch. */
  boolean needsOwnBatch() {
    return isolation == Isolation.ALL_COMMITTED;
  }

  /** Whether no other thread may write meanwhile. */
  boolean isExclusive() {
    return isolation != Isolation.SAME_ID;
  }

  /** Adds the changes to {@code batch}; none if the write fails. */
  void run(Batch batch) {
    try {
      result = body.apply(batch);
      batch.commitStaged();
    } catch (Throwable e) {
      batch.rollbackStaged();
      failure = e;
    }
  }

  /** Completes the future. */
  void complete() {
    if (failure != null) {
      future.completeExceptionally(failure);
    } else {
      future.complete(result);
    }
  }

  @Override
  public int bytes() {
    return bytes;
  }

  @Override
  public void fail(Throwable cause) {
    future.completeExceptionally(cause);
  }
}
