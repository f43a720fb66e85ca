package dev.parley.core;

import dev.parley.core.SnapshotRead.Steps;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Reads a complete list of which the store gives pages, each after an item. */
final class ListRead<T> {
  /** The most rows of the first page. */
  static final int PAGE_ROWS = 500;

  private static final int CHUNK_ROWS = 4_000;

  private final ToLongFunction<T> bytesOf;
  private final PageOf<T> page;
  private final PageOfSnapshot<T> pageOfSnapshot;

  /** Reads a page from the store. */
  @FunctionalInterface
  interface PageOf<T> {
    CompletableFuture<List<T>> read(@Nullable T after, int limit, Cancellation cancellation);
  }

  /** Reads a page from a snapshot. */
  @FunctionalInterface
  interface PageOfSnapshot<T> {
    CompletableFuture<List<T>> read(StoreSnapshot snapshot, @Nullable T after, int limit);
  }

  /**
   * Reads a list whose pages end after the item with which they take more than {@link Chunk#BYTES}.
   *
   * @param bytesOf what an item takes
   */
  ListRead(ToLongFunction<T> bytesOf, PageOf<T> page, PageOfSnapshot<T> pageOfSnapshot) {
    this.bytesOf = bytesOf;
    this.page = page;
    this.pageOfSnapshot = pageOfSnapshot;
  }

  ChunkedRead<T> of(Store store, Cancellation caller) {
    return new SnapshotRead<>(
        store,
        caller,
        cancellation ->
            page.read(null, PAGE_ROWS, cancellation)
                .thenApply(rows -> isCut(rows, PAGE_ROWS) ? Optional.empty() : Optional.of(rows)),
        snapshot -> new SnapshotSteps(snapshot));
  }

  /** Whether the page may end before the list does. */
  private boolean isCut(List<T> rows, int limit) {
    return rows.size() >= limit || rows.stream().mapToLong(bytesOf).sum() > Chunk.BYTES;
  }

  /**
   * The way through a snapshot. It is one item ahead of its reader: so a chunk is known to be the
   * last one, and no empty chunk follows a page that ends where the list does.
   */
  private final class SnapshotSteps implements Steps<T> {
    private final StoreSnapshot snapshot;
    private @Nullable T ahead;

    SnapshotSteps(StoreSnapshot snapshot) {
      this.snapshot = snapshot;
    }

    @Override
    public CompletableFuture<Chunk<T>> next() {
      return pageOfSnapshot
          .read(snapshot, ahead, CHUNK_ROWS)
          .thenCompose(
              rows -> {
                List<T> items = new ArrayList<>(rows.size() + 1);
                if (ahead != null) {
                  items.add(ahead);
                }
                items.addAll(rows);
                if (!isCut(rows, CHUNK_ROWS)) {
                  return CompletableFuture.completedFuture(new Chunk<>(items, true));
                }
                ahead = items.remove(items.size() - 1);
                return items.isEmpty()
                    ? next()
                    : CompletableFuture.completedFuture(new Chunk<>(items, false));
              });
    }
  }
}
