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
 * Groups concurrent lookups of single entities into shared queries. While one query runs, new keys
 * gather and share the next query. A lookup is always answered by a query that started after the
 * lookup. If a batch had more than one key, the next query waits for a short time to gather more
 * keys, because a query for many keys costs about as much as a query for one.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the entities
 */
public final class BatchingLoader<K, V> implements AutoCloseable {

  /**
   * Looks up several entities at once.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the entities
   */
  @FunctionalInterface
  public interface Query<K, V> {
    /** Returns the entities that exist, by key. */
    Map<K, V> find(Collection<K> keys);
  }

  private static final int BATCH_MAX = 1_024;
  private static final long MOMENT_NANOS = 1_000_000;

  private final GroupCommitQueue<Question<K, V>> commitQueue;

  /**
   * Starts the thread.
   *
   * @param name the name of the thread
   * @param waitingMax how many lookups may wait, at least 1
   * @param query runs on that thread only
   * @param observer observes all lookups
   */
  public BatchingLoader(String name, int waitingMax, Query<K, V> query, StoreObserver observer) {
    commitQueue =
        new GroupCommitQueue<>(
            name, waitingMax, Long.MAX_VALUE, BATCH_MAX, batch -> answer(query, batch), observer);
  }

  /** Finds an entity, or fails like {@link GroupCommitQueue#submit}. */
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
