package dev.parley.storage.rocksdb;

import dev.parley.storage.commit.Watch;

/** What RocksDB says of its size and health; each is read from memory. */
final class Gauges {
  private Gauges() {}

  static void addTo(Watch watch, Readers readers) {
    watch.measurable(
        "store.disk",
        "bytes",
        "The size of the embedded store's table files.",
        () -> readers.measure(database -> database.total("rocksdb.total-sst-files-size")));
    watch.measurable(
        "store.memtables",
        "bytes",
        "What the embedded store has in memory and, in its log, on disk.",
        () -> readers.measure(database -> database.total("rocksdb.cur-size-all-mem-tables")));
    watch.measurable(
        "store.block.cache",
        "bytes",
        "What the embedded store has read and keeps in memory.",
        () -> readers.measure(database -> database.one("rocksdb.block-cache-usage", Family.META)));
    watch.measurable(
        "store.compaction.pending",
        "bytes",
        "What the embedded store has yet to rewrite.",
        () ->
            readers.measure(
                database -> database.total("rocksdb.estimate-pending-compaction-bytes")));
    watch.measurable(
        "store.background.errors",
        "",
        "How often the embedded store failed to write in the background since it was opened.",
        () -> readers.measure(database -> database.one("rocksdb.background-errors", Family.META)));
    watch.measurable(
        "store.sessions",
        "",
        "How many sessions there are, as RocksDB estimates it.",
        () ->
            readers.measure(
                database -> database.one("rocksdb.estimate-num-keys", Family.SESSIONS)));
    watch.measurable(
        "store.messages",
        "",
        "How many messages there are, as RocksDB estimates it.",
        () ->
            readers.measure(
                database -> database.one("rocksdb.estimate-num-keys", Family.MESSAGES)));
  }
}
