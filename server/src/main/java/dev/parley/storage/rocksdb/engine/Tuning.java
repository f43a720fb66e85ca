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

/** RocksDB's options, and the native objects that they hold on to. */
final class Tuning implements AutoCloseable {
  private static final int KIB = 1024;
  private static final long MIB = 1024 * KIB;

  private static final int BLOOM_BITS_PER_KEY = 10;
  private static final int RANGE_DELETIONS_IN_MEMORY_MAX = 256;

  private static final int SKIPPED_ENTRIES_MAX = 2_000;

  /** Of the memory for what is not on disk yet. */
  private static final String FILTER_IN_MEMORY = "0.1";

  private final Cache cache;
  private final BloomFilter filter = new BloomFilter(BLOOM_BITS_PER_KEY);

  Tuning(long blockCacheBytes) {
    cache = new LRUCache(blockCacheBytes);
  }

  DBOptions database() {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        // After a crash the log may end in half a commit, of which nobody was told.
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        .setBytesPerSync(MIB)
        .setMaxTotalWalSize(256 * MIB)
        // Within the 1,024 that a process may open by default on Linux.
        .setMaxOpenFiles(512)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(4 * MIB)
        .setKeepLogFileNum(3)
        .setStatsDumpPeriodSec(0);
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
        // Each read of a memtable looks at all of its range deletions.
        .setMemtableMaxRangeDeletions(RANGE_DELETIONS_IN_MEMORY_MAX);
  }

  /** What Java has no setter for, before all else. */
  private static ColumnFamilyOptions base(ColumnFamily family) {
    Properties properties = new Properties();
    switch (family) {
      case INDEXES ->
          // Lists skip the places that sessions have left, and a flush drops these: the list that
          // had to skip many asks for one.
          properties.setProperty(
              "memtable_op_scan_flush_trigger", Integer.toString(SKIPPED_ENTRIES_MAX));
      case MESSAGE_IDS -> {
        // Each append asks for ids that are hardly ever there.
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
      // Rows are short here: of many in memory each is far to find.
      case SESSIONS, MESSAGE_IDS -> 16 * MIB;
      case RUN_MESSAGES, RUNS, RUN_IDS, CONTEXTS -> 16 * MIB;
      case INDEXES -> 4 * MIB;
      case META, DIRECTORY, AUDIT -> MIB;
    };
  }

  @Override
  public void close() {
    filter.close();
    cache.close();
  }
}
