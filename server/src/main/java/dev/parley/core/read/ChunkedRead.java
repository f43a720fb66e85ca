package dev.parley.core.read;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A list that is read in chunks from one snapshot of the store. Only the current chunk is in
 * memory.
 *
 * <p>Callers must close it, because it can hold a snapshot of the store. It also closes itself
 * after the last chunk, after a failure, and when the call is cancelled.
 */
public interface ChunkedRead<T> extends AutoCloseable {

  /**
   * Reads the next chunk. Call this method again only after the previous future has completed, and
   * never after the last chunk. Errors such as {@code SESSION_NOT_FOUND} are reported with the
   * first chunk.
   */
  CompletableFuture<Chunk<T>> next();

  /**
   * Releases the snapshot and cancels a pending read. This method can be called from any thread and
   * more than once, and never blocks.
   */
  @Override
  void close();

  /** Reads all chunks into one list, then closes this read. */
  default CompletableFuture<List<T>> all() {
    return addAll(new ArrayList<>()).whenComplete((items, failure) -> close());
  }

  private CompletableFuture<List<T>> addAll(List<T> items) {
    return next()
        .thenCompose(
            chunk -> {
              items.addAll(chunk.items());
              return chunk.last() ? CompletableFuture.completedFuture(items) : addAll(items);
            });
  }
}
