package dev.parley.storage.rocksdb.migration;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Brings data folders to an older layout. */
public final class OlderFolder {
  /** The indexes that later layouts have added, by the first byte of their keys. */
  private static final String LATER_INDEXES = "ndwoyvz";

  private OlderFolder() {}

  /** Brings a folder of this version or of layout 8 to layout 8, also after a part of the way. */
  public static void makeLayoutEight(Path folder) throws RocksDBException {
    try (Database database =
            new Database(folder.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes());
        WriteBatch batch = new WriteBatch()) {
      remove(database, batch, RunIndexKeys.ofAll());
      for (byte index : LATER_INDEXES.getBytes(US_ASCII)) {
        remove(database, batch, new byte[] {index});
      }
      database.write(batch);
      Layout.write(database, 8);
    }
  }

  private static void remove(Database database, WriteBatch batch, byte[] index)
      throws RocksDBException {
    batch.deleteRange(database.handle(ColumnFamily.INDEXES), index, Keys.prefixEnd(index));
  }
}
