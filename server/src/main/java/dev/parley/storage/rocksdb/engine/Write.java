package dev.parley.storage.rocksdb.engine;

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
public final class Write<T> implements GroupCommitQueue.Work {
  private final int bytes;
  private final boolean ownBatch;
  private final Function<Batch, T> body;
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private @Nullable T result;
  private @Nullable Throwable failure;

  /**
   * Creates a write.
   *
   * @param bytes the approximate memory that {@code body} holds
   * @param ownBatch whether {@code body} reads committed data without the batch
   */
  public Write(int bytes, boolean ownBatch, Function<Batch, T> body) {
    this.bytes = bytes;
    this.ownBatch = ownBatch;
    this.body = body;
  }

  public CompletableFuture<T> future() {
    return future;
  }

  /** Whether the write must be the first of its batch. */
  boolean needsOwnBatch() {
    return ownBatch;
  }

  /** Adds the changes to {@code batch}; none if the write fails. */
  public void run(Batch batch) {
    try {
      result = body.apply(batch);
      batch.commitStaged();
    } catch (Throwable e) {
      batch.rollbackStaged();
      failure = e;
    }
  }

  /** Completes the future. */
  public void complete() {
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
