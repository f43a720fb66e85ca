package dev.parley.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A list that is read in chunks, all of one moment, so that no more of it is in memory than its
 * reader asks for.
 *
 * <p>Close it: until then it may hold a snapshot of the store. The last chunk, a failure and the
 * cancellation of the call close it as well.
 */
public interface ChunkedRead<T> extends AutoCloseable {

  /**
   * Reads the next chunk. Call it again only after the former future has completed, and never after
   * the last chunk. Errors such as {@code SESSION_NOT_FOUND} come with the first chunk.
   */
  CompletableFuture<Chunk<T>> next();

  /**
   * Releases what the read holds, and cancels a chunk that is being read. Can be called from any
   * thread, never blocks, and does nothing the second time.
   */
  @Override
  void close();

  /** Reads all chunks into one list, and closes this. */
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
