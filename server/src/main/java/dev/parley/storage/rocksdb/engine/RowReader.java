package dev.parley.storage.rocksdb.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads values from one state of the database, or from a batch on top of it. */
public interface RowReader {
  /** The value of {@code key}, or null. */
  byte @Nullable [] get(ColumnFamily family, byte[] key);

  /** The values of {@code keys} in the same order, with null for missing entries. */
  List<byte @Nullable []> getAll(ColumnFamily family, List<byte[]> keys);
}
