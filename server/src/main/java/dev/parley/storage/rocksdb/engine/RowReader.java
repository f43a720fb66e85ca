package dev.parley.storage.rocksdb.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where values are read from: one state of the database, or a batch on top of it. */
public interface RowReader {
  /** The value at {@code key}, or null. */
  byte @Nullable [] get(ColumnFamily family, byte[] key);

  /** The values at {@code keys} in that order, null where there is none. */
  List<byte @Nullable []> getAll(ColumnFamily family, List<byte[]> keys);
}
