package dev.parley.core.read;

import dev.parley.core.read.SnapshotRead.ChunkReader;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads a complete list from a store that returns it in pages. A page starts after the last item of
 * the previous page.
 */
public final class ListRead<T> {
  /** The maximum number of rows of the first page. */
  public static final int PAGE_ROWS = 500;

  private static final int CHUNK_ROWS = 4_000;

  private final ToLongFunction<T> bytesOf;
  private final PageOf<T> page;
  private final PageOfSnapshot<T> pageOfSnapshot;

  /** Reads a page from the store. */
  @FunctionalInterface
  public interface PageOf<T> {
    CompletableFuture<List<T>> read(@Nullable T after, int limit, Cancellation cancellation);
  }

  /** Reads a page from a snapshot. */
  @FunctionalInterface
  public interface PageOfSnapshot<T> {
    CompletableFuture<List<T>> read(StoreSnapshot snapshot, @Nullable T after, int limit);
  }

  /**
   * Creates a reader. A page ends after the item that makes it larger than {@link Chunk#BYTES}.
   *
   * @param bytesOf the size of an item in bytes
   */
  public ListRead(ToLongFunction<T> bytesOf, PageOf<T> page, PageOfSnapshot<T> pageOfSnapshot) {
    this.bytesOf = bytesOf;
    this.page = page;
    this.pageOfSnapshot = pageOfSnapshot;
  }

  public ChunkedRead<T> of(Store store, Cancellation caller) {
    return new SnapshotRead<>(
        store,
        caller,
        cancellation ->
            page.read(null, PAGE_ROWS, cancellation)
                .thenApply(rows -> isCut(rows, PAGE_ROWS) ? Optional.empty() : Optional.of(rows)),
        snapshot -> new SnapshotChunkReader(snapshot));
  }

  /** Whether the list may continue after this page. */
  private boolean isCut(List<T> rows, int limit) {
    return rows.size() >= limit || rows.stream().mapToLong(bytesOf).sum() > Chunk.BYTES;
  }

  /**
   * Reads the chunks of a snapshot, always one item ahead. The reader therefore knows whether a
   * chunk is the last one, and never returns an empty chunk at the end.
   */
  private final class SnapshotChunkReader implements ChunkReader<T> {
    private final StoreSnapshot snapshot;
    private @Nullable T ahead;

    SnapshotChunkReader(StoreSnapshot snapshot) {
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
