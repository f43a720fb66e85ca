package dev.parley.core;

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
 * Reads a list that one page may hold: the page, if it is the whole list; else the list from a
 * snapshot, chunk by chunk. So most lists need no snapshot, and all are of one moment.
 */
final class SnapshotRead<T> implements ChunkedRead<T> {
  private final Store store;
  private final Function<Cancellation, CompletableFuture<Optional<List<T>>>> page;
  private final Function<StoreSnapshot, Steps<T>> stepsOf;

  /** Fires when this is closed. Cancels reads and closes the snapshot. */
  private final CancellationSource cancellation = new CancellationSource();

  private volatile @Nullable Steps<T> steps;

  /** A way through a list in chunks. */
  @FunctionalInterface
  interface Steps<T> {
    /** The next chunk. */
    CompletableFuture<Chunk<T>> next();
  }

  /**
   * A read that has not begun.
   *
   * @param caller closes this read when it fires
   * @param page reads the whole list if one page holds it; completes empty otherwise
   * @param stepsOf the way through the list in a snapshot
   */
  SnapshotRead(
      Store store,
      Cancellation caller,
      Function<Cancellation, CompletableFuture<Optional<List<T>>>> page,
      Function<StoreSnapshot, Steps<T>> stepsOf) {
    this.store = store;
    this.page = page;
    this.stepsOf = stepsOf;
    caller.whenCancelled(this::close);
  }

  @Override
  public CompletableFuture<Chunk<T>> next() {
    if (cancellation.isCancelled()) {
      return CompletableFuture.failedFuture(Cancellation.exception());
    }
    Steps<T> begun = steps;
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
              Steps<T> begun = stepsOf.apply(snapshot);
              steps = begun;
              return begun.next();
            });
  }

  @Override
  public void close() {
    cancellation.cancel();
  }
}
