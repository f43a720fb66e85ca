package dev.parley.core.read;

import dev.parley.storage.Cancellation;
import dev.parley.storage.CancellationSource;
import dev.parley.storage.Store;
import dev.parley.storage.StoreSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list. First reads one page from the store. If the page is the whole list, returns it.
 * Otherwise reads the list from a snapshot, in chunks. Most lists therefore need no snapshot, and
 * every list is consistent.
 */
final class SnapshotRead<T> implements ChunkedRead<T> {
  private final Store store;
  private final Function<Cancellation, CompletableFuture<Optional<List<T>>>> page;
  private final Function<StoreSnapshot, ChunkReader<T>> chunkReaderOf;

  /** Cancelled when this read is closed. Cancels pending reads and closes the snapshot. */
  private final CancellationSource cancellation = new CancellationSource();

  private volatile @Nullable ChunkReader<T> chunkReader;

  /** Reads a list in chunks. */
  @FunctionalInterface
  interface ChunkReader<T> {
    /** Reads the next chunk. */
    CompletableFuture<Chunk<T>> next();
  }

  /**
   * Creates a read that has not started.
   *
   * @param caller closes this read when it is cancelled
   * @param page reads the whole list if it fits into one page; completes empty otherwise
   * @param chunkReaderOf creates the reader of a snapshot's chunks
   */
  SnapshotRead(
      Store store,
      Cancellation caller,
      Function<Cancellation, CompletableFuture<Optional<List<T>>>> page,
      Function<StoreSnapshot, ChunkReader<T>> chunkReaderOf) {
    this.store = store;
    this.page = page;
    this.chunkReaderOf = chunkReaderOf;
    caller.whenCancelled(this::close);
  }

  @Override
  public CompletableFuture<Chunk<T>> next() {
    if (cancellation.isCancelled()) {
      return CompletableFuture.failedFuture(Cancellation.exception());
    }
    ChunkReader<T> begun = chunkReader;
    CompletableFuture<Chunk<T>> chunk = begun == null ? first() : begun.next();
    return chunk.whenComplete(
        (read, failure) -> {
          if (failure != null || read.last()) {
            close();
          }
        });
  }

  private CompletableFuture<Chunk<T>> first() {
    return page.apply(cancellation)
        .thenCompose(
            whole ->
                whole.isPresent()
                    ? CompletableFuture.completedFuture(new Chunk<>(whole.get(), true))
                    : firstOfSnapshot());
  }

  private CompletableFuture<Chunk<T>> firstOfSnapshot() {
    return store
        .snapshot(cancellation)
        .thenCompose(
            snapshot -> {
              ChunkReader<T> begun = chunkReaderOf.apply(snapshot);
              chunkReader = begun;
              return begun.next();
            });
  }

  @Override
  public void close() {
    cancellation.cancel();
  }
}
