package dev.parley.storage.rocksdb.engine;

import dev.parley.storage.commit.SampledValue;
import dev.parley.storage.commit.StoreObserver;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Gauges of RocksDB's size and health. All values but the free space are in memory. */
public final class Gauges {
  private Gauges() {}

  /**
   * Registers the gauges of a database.
   *
   * @param folder the data folder
   */
  public static void addTo(StoreObserver observer, ReadExecutor readExecutor, Path folder) {
    observer.gauge(
        "store.disk.free",
        "bytes",
        "The free space of the file system with the embedded store.",
        new SampledValue(
            () -> CompletableFuture.supplyAsync(() -> folder.toFile().getUsableSpace())));
    observer.gauge(
        "store.disk",
        "bytes",
        "The size of the store on disk.",
        () ->
            readExecutor.measure(
                database -> database.aggregatedProperty("rocksdb.total-sst-files-size")));
    observer.gauge(
        "store.memtables",
        "bytes",
        "The size of the memtables of the embedded store.",
        () ->
            readExecutor.measure(
                database -> database.aggregatedProperty("rocksdb.cur-size-all-mem-tables")));
    observer.gauge(
        "store.block.cache",
        "bytes",
        "The size of the block cache of the embedded store.",
        () ->
            readExecutor.measure(
                database -> database.property("rocksdb.block-cache-usage", ColumnFamily.META)));
    observer.gauge(
        "store.compaction.pending",
        "bytes",
        "The estimated data that compaction of the embedded store has still to rewrite.",
        () ->
            readExecutor.measure(
                database ->
                    database.aggregatedProperty("rocksdb.estimate-pending-compaction-bytes")));
    observer.gauge(
        "store.background.errors",
        "",
        "The number of background write errors of the embedded store since it was opened.",
        () ->
            readExecutor.measure(
                database -> database.property("rocksdb.background-errors", ColumnFamily.META)));
    observer.gauge(
        "store.sessions",
        "",
        "The number of sessions, as estimated by RocksDB.",
        () ->
            readExecutor.measure(
                database -> database.property("rocksdb.estimate-num-keys", ColumnFamily.SESSIONS)));
    observer.gauge(
        "store.messages",
        "",
        "The number of messages, as estimated by RocksDB.",
        () ->
            readExecutor.measure(
                database -> database.property("rocksdb.estimate-num-keys", ColumnFamily.MESSAGES)));
  }
}
