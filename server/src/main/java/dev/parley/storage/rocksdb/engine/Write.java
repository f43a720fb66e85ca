package dev.parley.storage.rocksdb.engine;

import dev.parley.storage.commit.GroupCommitQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A write that waits in the lane. Its outcome, a refusal included, may rest on other writes of the
 * batch, so it is told only once the batch is durable.
 *
 * @param <T> what it answers
 */
public final class Write<T> implements GroupCommitQueue.Work {
  private final int bytes;
  private final boolean ownBatch;
  private final Function<Batch, T> body;
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private @Nullable T answer;
  private @Nullable Throwable refusal;

  /**
   * Makes a write.
   *
   * @param bytes how much memory {@code body} holds, roughly
   * @param ownBatch whether {@code body} looks at what is committed, past the batch
   */
  public Write(int bytes, boolean ownBatch, Function<Batch, T> body) {
    this.bytes = bytes;
    this.ownBatch = ownBatch;
    this.body = body;
  }

  public CompletableFuture<T> future() {
    return future;
  }

  /** Whether it has to be the first write of its batch. */
  boolean needsOwnBatch() {
    return ownBatch;
  }

  /** Adds its changes to {@code batch}, all or, if it is refused, none. */
  public void run(Batch batch) {
    try {
      answer = body.apply(batch);
      batch.commitStaged();
    } catch (Throwable e) {
      batch.rollbackStaged();
      refusal = e;
    }
  }

  /** Tells the outcome. */
  public void complete() {
    if (refusal != null) {
      future.completeExceptionally(refusal);
    } else {
      future.complete(answer);
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
