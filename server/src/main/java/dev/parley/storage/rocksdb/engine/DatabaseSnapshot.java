package dev.parley.storage.rocksdb.engine;

import dev.parley.storage.Cancellation;
import dev.parley.storage.rocksdb.codec.Keys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** One state of the database, for reads that belong together. Each read checks for cancellation. */
public final class DatabaseSnapshot implements RowReader, AutoCloseable {
  private static final int KEYS_AT_ONCE = 128;

  private final Database database;
  private final RocksDB db;
  private final ReadTier tier;
  private final long scanBytesMax;
  private final Cancellation cancellation;
  private final Snapshot snapshot;
  private final ReadOptions options;

  /**
   * Opens a snapshot of the present state.
   *
   * @param tier where to read; data that is elsewhere causes {@link
   *     CacheOnlyReader.NotCachedException}
   * @param scanBytesMax how many bytes of values a scan may read; more cause the same exception
   * @param cancellation ends reads with an exception
   */
  DatabaseSnapshot(
      Database database, RocksDB db, ReadTier tier, long scanBytesMax, Cancellation cancellation) {
    this.database = database;
    this.db = db;
    this.tier = tier;
    this.scanBytesMax = scanBytesMax;
    this.cancellation = cancellation;
    snapshot = db.getSnapshot();
    options = options();
  }

  private ReadOptions options() {
    return new ReadOptions().setSnapshot(snapshot).setReadTier(tier);
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) {
    cancellation.throwIfCancelled();
    return database.get(options, family, key);
  }

  @Override
  public List<byte @Nullable []> getAll(ColumnFamily family, List<byte[]> keys) {
    if (keys.size() <= KEYS_AT_ONCE) {
      cancellation.throwIfCancelled();
      return database.getAll(options, family, keys);
    }
    List<byte @Nullable []> values = new ArrayList<>(keys.size());
    for (int from = 0; from < keys.size(); from += KEYS_AT_ONCE) {
      cancellation.throwIfCancelled();
      int to = Math.min(from + KEYS_AT_ONCE, keys.size());
      values.addAll(database.getAll(options, family, keys.subList(from, to)));
    }
    return values;
  }

  /** Scans all entries with this prefix; an empty prefix scans all entries. */
  public Scan scan(ColumnFamily family, byte[] prefix) {
    ReadOptions bounded = options();
    if (prefix.length == 0) {
      return new Scan(
          db.newIterator(database.handle(family), bounded),
          List.of(bounded),
          scanBytesMax,
          cancellation);
    }
    return scan(family, prefix, Keys.prefixEnd(prefix), bounded);
  }

  /**
   * Scans the entries with keys from {@code from} to before {@code to}. It does not read beyond,
   * not even over deleted entries.
   */
  public Scan scan(ColumnFamily family, byte[] from, byte[] to) {
    return scan(family, from, to, options());
  }

  private Scan scan(ColumnFamily family, byte[] from, byte[] to, ReadOptions bounded) {
    Slice lower = new Slice(from);
    Slice upper = new Slice(to);
    bounded.setIterateLowerBound(lower).setIterateUpperBound(upper);
    return new Scan(
        db.newIterator(database.handle(family), bounded),
        List.of(bounded, lower, upper),
        scanBytesMax,
        cancellation);
  }

  @Override
  public void close() {
    options.close();
    db.releaseSnapshot(snapshot);
  }
}
