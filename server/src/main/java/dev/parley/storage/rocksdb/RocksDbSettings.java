package dev.parley.storage.rocksdb;

import dev.parley.storage.rocksdb.codec.Keys;

/**
 * The resource limits of an embedded store.
 *
 * @param blockCacheBytes memory for blocks read from disk, in addition to the heap
 * @param readers the number of reader threads, 1..64
 * @param writers the number of threads that write, 1..16
 * @param waitingReadsMax how many reads may wait for a thread, at least 1
 * @param waitingWritesMax how many writes may wait for each writing thread, at least 1
 * @param waitingWriteBytesMax how many bytes these writes may hold together, at least 1
 */
public record RocksDbSettings(
    long blockCacheBytes,
    int readers,
    int writers,
    int waitingReadsMax,
    int waitingWritesMax,
    long waitingWriteBytesMax) {

  /** The limits for a machine that is shared with other services. */
  public static final RocksDbSettings DEFAULTS =
      new RocksDbSettings(128L * 1024 * 1024, 2, 1, 4_096, 4_096, 64L * 1024 * 1024);

  public RocksDbSettings {
    require(blockCacheBytes >= 0, "blockCacheBytes must not be negative");
    require(readers >= 1 && readers <= 64, "readers must be 1..64");
    require(writers >= 1 && writers <= Keys.WRITERS_MAX, "writers must be 1..16");
    require(waitingReadsMax >= 1, "waitingReadsMax must be at least 1");
    require(waitingWritesMax >= 1, "waitingWritesMax must be at least 1");
    require(waitingWriteBytesMax >= 1, "waitingWriteBytesMax must be at least 1");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
