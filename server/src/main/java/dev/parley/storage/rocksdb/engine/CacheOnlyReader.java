package dev.parley.storage.rocksdb.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;

/** Reads only data that is in memory. Never waits for the disk. */
final class CacheOnlyReader implements RowReader, AutoCloseable {
  /** The amount that a caller's thread may read. It takes about a tenth of a millisecond. */
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

  /** The requested data may be on disk, or is more than a caller's thread may read. */
  static final class NotCachedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final NotCachedException INSTANCE = new NotCachedException();

    private NotCachedException() {
      super("Not in memory.", null, false, false);
    }
  }
}
