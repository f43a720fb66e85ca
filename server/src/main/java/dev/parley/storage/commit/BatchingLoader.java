package dev.parley.storage.commit;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Look-ups of single things that share their queries: while one query is under way more keys
 * gather, and go together into the next. Each is answered by a query that began after it was asked.
 * Where many ask, more are given a moment to: a query for one costs about what one for many does.
 *
 * @param <K> what things are looked up by
 * @param <V> the things
 */
public final class BatchingLoader<K, V> implements AutoCloseable {

  /**
   * Looks up several things at once.
   *
   * @param <K> what things are looked up by
   * @param <V> the things
   */
  @FunctionalInterface
  public interface Query<K, V> {
    /** Those of {@code keys} that there are. */
    Map<K, V> find(Collection<K> keys);
  }

  private static final int BATCH_MAX = 1_024;
  private static final long MOMENT_NANOS = 1_000_000;

  private final GroupCommitQueue<Question<K, V>> commitQueue;

  /**
   * Opens look-ups.
   *
   * @param name the name of their thread
   * @param waitingMax how many may wait, at least 1
   * @param query called by that thread only
   * @param observer told of all look-ups
   */
  public BatchingLoader(String name, int waitingMax, Query<K, V> query, StoreObserver observer) {
    commitQueue =
        new GroupCommitQueue<>(
            name, waitingMax, Long.MAX_VALUE, BATCH_MAX, batch -> answer(query, batch), observer);
  }

  /** The thing, or fails as {@link GroupCommitQueue#submit} does. */
  public CompletableFuture<Optional<V>> find(K key) {
    Question<K, V> question = new Question<>(key, new CompletableFuture<>());
    commitQueue.submit(question);
    return question.answer;
  }

  private static <K, V> void answer(Query<K, V> query, List<Question<K, V>> batch) {
    Set<K> keys = new HashSet<>();
    batch.forEach(question -> keys.add(question.key));
    Map<K, V> found = query.find(keys);
    batch.forEach(
        question -> question.answer.complete(Optional.ofNullable(found.get(question.key))));
    if (batch.size() > 1) {
      LockSupport.parkNanos(MOMENT_NANOS);
    }
  }

  @Override
  public void close() {
    commitQueue.close();
  }

  private record Question<K, V>(K key, CompletableFuture<Optional<V>> answer)
      implements GroupCommitQueue.Work {
    @Override
    public void fail(Throwable cause) {
      answer.completeExceptionally(cause);
    }

    @Override
    public int bytes() {
      return 0;
    }
  }
}
