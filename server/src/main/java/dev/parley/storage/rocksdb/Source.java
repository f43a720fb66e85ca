package dev.parley.storage.rocksdb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where values are read from: one state of the database, or a batch on top of it. */
interface Source {
  /** The value at {@code key}, or null. */
  byte @Nullable [] get(Family family, byte[] key);

  /** The values at {@code keys} in that order, null where there is none. */
  List<byte @Nullable []> getAll(Family family, List<byte[]> keys);
}
