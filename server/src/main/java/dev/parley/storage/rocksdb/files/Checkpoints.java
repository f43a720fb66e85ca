package dev.parley.storage.rocksdb.files;

import dev.parley.storage.BackupSource;
import dev.parley.storage.FrozenStore;
import dev.parley.storage.rocksdb.engine.Database;
import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/**
 * Freezes an open database as a folder of hard links to its files. The next start removes a
 * checkpoint that a crashed process left behind.
 */
public final class Checkpoints implements BackupSource, AutoCloseable {
  private static final String FOLDER = "checkpoint";

  private final Database database;
  private final Path folder;
  private boolean closed;

  /** Creates the checkpoints of a database in {@code dataFolder}. */
  public Checkpoints(Database database, Path dataFolder) {
    this.database = database;
    folder = dataFolder.resolve(FOLDER);
  }

  /** Removes a leftover checkpoint. */
  public static void clean(Path dataFolder) throws IOException {
    DatabaseFiles.delete(dataFolder.resolve(FOLDER));
  }

  @Override
  public FrozenStore freeze() throws IOException {
    try {
      createCheckpoint();
      try (Database linked = Database.readOnly(folder)) {
        return DatabaseFiles.of(folder, linked, () -> DatabaseFiles.delete(folder));
      }
    } catch (RocksDBException e) {
      DatabaseFiles.delete(folder);
      throw new IOException("Creating a checkpoint failed.", e);
    } catch (Throwable e) {
      DatabaseFiles.delete(folder);
      throw e;
    }
  }

  private synchronized void createCheckpoint() throws IOException, RocksDBException {
    if (closed) {
      throw Database.unavailable();
    }
    DatabaseFiles.delete(folder);
    database.createCheckpoint(folder);
  }

  /** Prevents new checkpoints, and waits for one that is being created. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
