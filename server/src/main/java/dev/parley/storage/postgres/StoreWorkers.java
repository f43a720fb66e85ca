package dev.parley.storage.postgres;

import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.commit.Workers;
import dev.parley.storage.postgres.transaction.PoolSizes;

/**
 * The threads of a store, each of which uses a connection.
 *
 * @param readers for reads
 * @param searchers for searches, so that they do not delay reads
 * @param writers for writes other than most appends
 */
record StoreWorkers(Workers readers, Workers searchers, Workers writers) {

  /**
   * Starts the threads.
   *
   * @param lookups the connections for reads that batched lookups use
   */
  static StoreWorkers start(
      PoolSizes sizes, int lookups, PostgresSettings settings, StoreObserver observer) {
    int waitingMax = settings.waitingMax();
    Workers.OnClose fail = Workers.OnClose.FAIL_QUEUED;
    int readers = Math.max(1, sizes.reads() - lookups - sizes.searches());
    return new StoreWorkers(
        new Workers("parley-reader", readers, waitingMax, fail, observer),
        new Workers("parley-searcher", sizes.searches(), waitingMax, fail, observer),
        new Workers(
            "parley-writer", sizes.writes(), waitingMax, Workers.OnClose.RUN_QUEUED, observer));
  }

  /** Runs queued writes, fails queued reads, and stops the threads. */
  void close() {
    writers.close();
    readers.close();
    searchers.close();
  }
}
