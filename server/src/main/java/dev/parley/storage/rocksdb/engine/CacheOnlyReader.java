package dev.parley.storage.rocksdb.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;

/** What of the database is in memory: never waits for the disk. */
final class CacheOnlyReader implements RowReader, AutoCloseable {
  /** What a caller's thread reads within a tenth of a millisecond, or so. */
  static final long SCAN_BYTES_MAX = 128 * 1024;

  private final Database database;
  private final ReadOptions options = new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER);

  CacheOnlyReader(Database database) {
    this.database = database;
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) {
    return database.get(options, family, key);
  }

  @Override
  public List<byte @Nullable []> getAll(ColumnFamily family, List<byte[]> keys) {
    return database.getAll(options, family, keys);
  }

  @Override
  public void close() {
    options.close();
  }

  /** What was asked for may be on disk, or is more than a caller's thread should read. */
  static final class NotCachedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final NotCachedException INSTANCE = new NotCachedException();

    private NotCachedException() {
      super("Not in memory.", null, false, false);
    }
  }
}
