package dev.parley.storage.rocksdb;

import dev.parley.model.SessionException;
import dev.parley.storage.FrozenStore;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.check.DamagedStoreException;
import dev.parley.storage.check.StoreCheck;
import dev.parley.storage.migration.MigrationPlan;
import dev.parley.storage.rocksdb.check.RocksDbCheck;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.NativeLibrary;
import dev.parley.storage.rocksdb.files.DatabaseFiles;
import dev.parley.storage.rocksdb.files.FolderLock;
import dev.parley.storage.rocksdb.migration.Layout;
import dev.parley.storage.rocksdb.recovery.Recovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/**
 * A data folder that no server uses, opened read-only for work on the whole store. The folder stays
 * locked until this is closed.
 */
public final class RocksDbFolder implements StoreCheck {
  private final FolderLock lock;
  private final Path files;
  private final Database database;

  private RocksDbFolder(FolderLock lock, Path files, Database database) {
    this.lock = lock;
    this.files = files;
    this.database = database;
  }

  /**
   * Locks and opens a folder with a store.
   *
   * @throws StoreUnavailableException if there is no store, another process uses the folder, or it
   *     cannot be read; the message states the reason in one line
   */
  public static RocksDbFolder take(Path folder) {
    if (!RocksDbStores.isStore(folder)) {
      requireNoRemains(folder);
      throw new StoreUnavailableException("no Parley store found in " + folder);
    }
    FolderLock lock = lock(folder);
    try {
      Path files = filesOf(folder);
      NativeLibrary.load(folder);
      Recovery recovery = new Recovery(folder, files);
      Database database = recovery.openReadOnly();
      try {
        Layout.CURRENT.requireKnown(database);
        return new RocksDbFolder(lock, files, database);
      } catch (SessionException e) {
        database.close();
        throw recovery.explain(e);
      } catch (Throwable e) {
        database.close();
        throw e;
      }
    } catch (DamagedStoreException e) {
      lock.close();
      throw e;
    } catch (IOException | RocksDBException | RuntimeException e) {
      lock.close();
      throw new StoreUnavailableException(
          "the store in " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void requireNoRemains(Path folder) {
    try {
      if (Files.isDirectory(filesOf(folder))) {
        new Recovery(folder, filesOf(folder)).requireNoRemains();
      }
    } catch (IOException e) {
      throw new StoreUnavailableException("data folder " + folder + " cannot be read", e);
    }
  }

  /**
   * Whether another process uses the folder.
   *
   * @throws StoreUnavailableException if the folder cannot be locked for another reason
   */
  public static boolean isInUse(Path folder) {
    try {
      FolderLock.take(folder).close();
      return false;
    } catch (StoreUnavailableException e) {
      return true;
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static FolderLock lock(Path folder) {
    try {
      return FolderLock.take(folder);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static StoreUnavailableException unusable(Path folder, IOException e) {
    return new StoreUnavailableException(
        "data folder " + folder + " cannot be used: " + e.getMessage(), e);
  }

  /** The folder of the store's files within a data folder. */
  public static Path filesOf(Path folder) {
    return folder.resolve(RocksDbStores.DATABASE_FOLDER);
  }

  /** Whether a store may have a file of this name. */
  public static boolean isFileName(String name) {
    return DatabaseFiles.isName(name);
  }

  /** What a server of this version would change in the store before it serves. */
  public MigrationPlan migrationPlan() {
    return Layout.CURRENT.plan(database);
  }

  /** The files of the store, unchanged until this is closed. */
  public FrozenStore freeze() throws IOException {
    return DatabaseFiles.of(files, database, () -> {});
  }

  @Override
  public StoreCounts run(CheckObserver observer) {
    Layout.CURRENT.requireOf(database);
    return new RocksDbCheck(database, observer).run();
  }

  @Override
  public void close() {
    database.close();
    lock.close();
  }
}
