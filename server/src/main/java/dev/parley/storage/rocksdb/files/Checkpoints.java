package dev.parley.storage.rocksdb.files;

import dev.parley.storage.BackupSource;
import dev.parley.storage.FrozenStore;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.engine.Database;
import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/**
 * Freezes an open database as a folder of links to its files, beside it. What a process that died
 * has left of one is removed at the next start.
 */
public final class Checkpoints implements BackupSource, AutoCloseable {
  private static final String FOLDER = "checkpoint";

  private final Database database;
  private final Path folder;
  private boolean closed;

  /** Checkpoints of a database in {@code dataFolder}. */
  public Checkpoints(Database database, Path dataFolder) {
    this.database = database;
    folder = dataFolder.resolve(FOLDER);
  }

  /** Removes what is left of a checkpoint. */
  public static void clean(Path dataFolder) throws IOException {
    DatabaseFiles.delete(dataFolder.resolve(FOLDER));
  }

  @Override
  public FrozenStore freeze() throws IOException {
    try {
      link();
      try (Database linked =
          Database.readOnly(folder, RocksDbSettings.DEFAULTS.blockCacheBytes())) {
        return DatabaseFiles.of(folder, linked, () -> DatabaseFiles.delete(folder));
      }
    } catch (RocksDBException e) {
      DatabaseFiles.delete(folder);
      throw new IOException("The store cannot be frozen.", e);
    } catch (Throwable e) {
      DatabaseFiles.delete(folder);
      throw e;
    }
  }

  private synchronized void link() throws IOException, RocksDBException {
    if (closed) {
      throw Database.unavailable();
    }
    DatabaseFiles.delete(folder);
    database.link(folder);
  }

  /** Lets no other begin, and waits for the one that begins, if one does. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
