package dev.parley.storage.rocksdb.engine;

import dev.parley.storage.commit.StoreObserver;

/** What RocksDB says of its size and health; each is read from memory. */
public final class Gauges {
  private Gauges() {}

  public static void addTo(StoreObserver observer, ReadExecutor readExecutor) {
    observer.gauge(
        "store.disk",
        "bytes",
        "The size of the embedded store's table files.",
        () -> readExecutor.measure(database -> database.total("rocksdb.total-sst-files-size")));
    observer.gauge(
        "store.memtables",
        "bytes",
        "What the embedded store has in memory and, in its log, on disk.",
        () -> readExecutor.measure(database -> database.total("rocksdb.cur-size-all-mem-tables")));
    observer.gauge(
        "store.block.cache",
        "bytes",
        "What the embedded store has read and keeps in memory.",
        () ->
            readExecutor.measure(
                database -> database.one("rocksdb.block-cache-usage", ColumnFamily.META)));
    observer.gauge(
        "store.compaction.pending",
        "bytes",
        "What the embedded store has yet to rewrite.",
        () ->
            readExecutor.measure(
                database -> database.total("rocksdb.estimate-pending-compaction-bytes")));
    observer.gauge(
        "store.background.errors",
        "",
        "How often the embedded store failed to write in the background since it was opened.",
        () ->
            readExecutor.measure(
                database -> database.one("rocksdb.background-errors", ColumnFamily.META)));
    observer.gauge(
        "store.sessions",
        "",
        "How many sessions there are, as RocksDB estimates it.",
        () ->
            readExecutor.measure(
                database -> database.one("rocksdb.estimate-num-keys", ColumnFamily.SESSIONS)));
    observer.gauge(
        "store.messages",
        "",
        "How many messages there are, as RocksDB estimates it.",
        () ->
            readExecutor.measure(
                database -> database.one("rocksdb.estimate-num-keys", ColumnFamily.MESSAGES)));
  }
}
