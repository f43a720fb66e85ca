package dev.parley.storage.rocksdb.write;

import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;

/** A write that changes no data, to find out whether the database accepts writes. */
public final class WriteCheck {
  private static final byte[] NO_VALUE = new byte[0];

  private WriteCheck() {}

  /** Adds the write. Always returns true. */
  public static boolean add(Batch batch) {
    batch.put(ColumnFamily.META, Keys.WRITE_CHECK, NO_VALUE);
    return true;
  }
}
