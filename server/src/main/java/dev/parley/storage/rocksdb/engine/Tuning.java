package dev.parley.storage.rocksdb.engine;

import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;

/** RocksDB's options, with the native objects that they refer to. */
final class Tuning implements AutoCloseable {
  private static final int KIB = 1024;
  private static final long MIB = 1024 * KIB;

  private static final int BLOOM_BITS_PER_KEY = 10;
  private static final int RANGE_DELETIONS_IN_MEMORY_MAX = 256;

  private static final int SKIPPED_ENTRIES_MAX = 2_000;

  /** As a fraction of the memtable memory. */
  private static final String FILTER_IN_MEMORY = "0.1";

  private final Cache cache;
  private final BloomFilter filter = new BloomFilter(BLOOM_BITS_PER_KEY);

  Tuning(long blockCacheBytes) {
    cache = new LRUCache(blockCacheBytes);
  }

  DBOptions database() {
    return common(verifyingLogs())
        .setCreateIfMissing(true)
        // After a crash the newest log may end with an incomplete record, which was never
        // acknowledged. Any other damage prevents the start.
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
  }

  /** Options that open as much of a damaged database as possible. */
  DBOptions damagedDatabase() {
    return common(new DBOptions())
        .setWalRecoveryMode(WALRecoveryMode.SkipAnyCorruptedRecords)
        .setParanoidChecks(false);
  }

  private static DBOptions common(DBOptions options) {
    return options
        .setCreateMissingColumnFamilies(true)
        .setBytesPerSync(MIB)
        .setMaxTotalWalSize(256 * MIB)
        // Within the default limit of 1,024 open files per process on Linux.
        .setMaxOpenFiles(512)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(4 * MIB)
        .setKeepLogFileNum(3)
        .setStatsDumpPeriodSec(0);
  }

  /** Detects closed logs that are missing or shorter than they were. There is no Java setter. */
  private static DBOptions verifyingLogs() {
    Properties properties = new Properties();
    properties.setProperty("track_and_verify_wals_in_manifest", "true");
    return DBOptions.getDBOptionsFromProps(properties);
  }

  ColumnFamilyOptions family(ColumnFamily family) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setFilterPolicy(filter)
            .setBlockSize(family == ColumnFamily.MESSAGES ? 16 * KIB : 4 * KIB);
    return base(family)
        .setTableFormatConfig(table)
        .setWriteBufferSize(writeBufferBytes(family))
        .setLevelCompactionDynamicLevelBytes(true)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
        // Each memtable read checks all range deletions of the memtable.
        .setMemtableMaxRangeDeletions(RANGE_DELETIONS_IN_MEMORY_MAX);
  }

  /** Options without a Java setter. They must be set first. */
  private static ColumnFamilyOptions base(ColumnFamily family) {
    Properties properties = new Properties();
    switch (family) {
      case INDEXES ->
          // Scans skip the deleted entries of sessions that moved. A flush drops these entries, so
          // a scan that skips too many requests one.
          properties.setProperty(
              "memtable_op_scan_flush_trigger", Integer.toString(SKIPPED_ENTRIES_MAX));
      case MESSAGE_IDS -> {
        // Each append looks up ids that rarely exist.
        properties.setProperty("memtable_prefix_bloom_size_ratio", FILTER_IN_MEMORY);
        properties.setProperty("memtable_whole_key_filtering", "true");
      }
      default -> {
        return new ColumnFamilyOptions();
      }
    }
    return ColumnFamilyOptions.getColumnFamilyOptionsFromProps(properties);
  }

  private static long writeBufferBytes(ColumnFamily family) {
    return switch (family) {
      case MESSAGES -> 32 * MIB;
      // Rows are short, so a large memtable would hold many and make lookups slow.
      case SESSIONS, MESSAGE_IDS -> 16 * MIB;
      case DETAILS, RUN_MESSAGES, RUNS, RUN_IDS, CONTEXTS -> 16 * MIB;
      case INDEXES, CHANGES -> 4 * MIB;
      case META, DIRECTORY, AUDIT, WEBHOOKS -> MIB;
    };
  }

  @Override
  public void close() {
    filter.close();
    cache.close();
  }
}
