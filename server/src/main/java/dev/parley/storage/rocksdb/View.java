package dev.parley.storage.rocksdb;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** One state of the database, for reads that belong together. */
final class View implements Source, AutoCloseable {
  private final Database database;
  private final RocksDB db;
  private final Snapshot snapshot;
  private final ReadOptions options;

  View(Database database, RocksDB db) {
    this.database = database;
    this.db = db;
    snapshot = db.getSnapshot();
    options = new ReadOptions().setSnapshot(snapshot);
  }

  @Override
  public byte @Nullable [] get(Family family, byte[] key) {
    return database.get(options, family, key);
  }

  @Override
  public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
    return database.getAll(options, family, keys);
  }

  /** A way through all entries whose key begins with {@code prefix}; empty: through all. */
  Scan scan(Family family, byte[] prefix) {
    ReadOptions bounded = new ReadOptions().setSnapshot(snapshot);
    if (prefix.length == 0) {
      return new Scan(db.newIterator(database.handle(family), bounded), List.of(bounded));
    }
    Slice lower = new Slice(prefix);
    Slice upper = new Slice(Keys.after(prefix));
    bounded.setIterateLowerBound(lower).setIterateUpperBound(upper);
    return new Scan(
        db.newIterator(database.handle(family), bounded), List.of(bounded, lower, upper));
  }

  @Override
  public void close() {
    options.close();
    db.releaseSnapshot(snapshot);
  }
}
