package dev.parley.app.server;

import dev.parley.config.Settings;
import dev.parley.core.page.PageTokens;
import dev.parley.core.search.MessageSearch;
import dev.parley.search.IndexedStore;
import dev.parley.search.SearchIndex;
import dev.parley.search.follow.ChangeQueue;
import dev.parley.search.follow.IndexFollower;
import dev.parley.storage.Store;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Creates and ends everything that searches messages. */
final class Search {
  private static final int THREADS = 2;
  private static final int WAITING_MAX = MessageSearch.SEARCHES_MAX;

  private final ThreadPoolExecutor executor;
  private final IndexFollower follower;
  private final MessageSearch search;

  /**
   * Creates the search of a store.
   *
   * @param store the store, which reports its changes to the queue
   * @param inner the store itself
   * @param queue is told of all changes of the store
   */
  Search(
      Store store,
      Store inner,
      ChangeQueue queue,
      Settings settings,
      PageTokens tokens,
      Clock clock,
      MeterRegistry metrics) {
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            task -> {
              Thread thread = new Thread(task, "parley-search-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    IndexFolder folder = IndexFolder.of(settings.data());
    Supplier<SearchIndex> opener =
        inner instanceof IndexedStore indexed ? indexed::openIndex : () -> folder.open(executor);
    follower = new IndexFollower(store, queue, opener, clock);
    search = new MessageSearch(store, tokens, follower, executor, clock);
    Gauge.builder(
            "parley.search.lag",
            () -> Duration.between(follower.indexedThrough(), clock.instant()).toMillis() / 1e3)
        .baseUnit("seconds")
        .description("The age of the newest change that searches may not find yet.")
        .strongReference(true)
        .register(metrics);
  }

  MessageSearch useCase() {
    return search;
  }

  void start() {
    follower.start();
  }

  /** Makes the index complete. Nothing must be written to the store from now on. */
  void close() {
    follower.close();
    executor.shutdownNow();
  }
}
