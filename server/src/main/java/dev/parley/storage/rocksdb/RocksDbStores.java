package dev.parley.storage.rocksdb;

import dev.parley.model.SessionException;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.check.DamagedStoreException;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.NativeLibrary;
import dev.parley.storage.rocksdb.files.Checkpoints;
import dev.parley.storage.rocksdb.files.FolderLock;
import dev.parley.storage.rocksdb.migration.Layout;
import dev.parley.storage.rocksdb.recovery.Recovery;
import dev.parley.storage.transfer.TransferableStore;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/** Opens embedded stores. */
public final class RocksDbStores {
  /** A sub-folder for RocksDB alone, because RocksDB removes files that it takes for its own. */
  static final String DATABASE_FOLDER = "rocksdb";

  private RocksDbStores() {}

  /**
   * Opens the store in {@code folder}, or creates one, for this process only.
   *
   * @throws StoreUnavailableException if it cannot be opened; the message states the reason in one
   *     line
   */
  public static TransferableStore open(Path folder, RocksDbSettings settings) {
    return open(folder, settings, StoreObserver.NONE);
  }

  /**
   * Opens the store in {@code folder} as above, with an observer.
   *
   * @param observer observes the work of the store
   */
  public static TransferableStore open(
      Path folder, RocksDbSettings settings, StoreObserver observer) {
    return open(folder, settings, Layout.CURRENT, observer);
  }

  /** Whether {@code folder} contains a store. */
  public static boolean isStore(Path folder) {
    return Files.exists(folder.resolve(DATABASE_FOLDER).resolve("CURRENT"));
  }

  public static TransferableStore open(
      Path folder, RocksDbSettings settings, Layout layout, StoreObserver observer) {
    try {
      makeFolder(folder);
      FolderLock lock = FolderLock.take(folder);
      try {
        return open(lock, folder, settings, layout, observer);
      } catch (Throwable e) {
        lock.close();
        throw e;
      }
    } catch (AccessDeniedException e) {
      throw new StoreUnavailableException("data folder " + folder + " is not writable", e);
    } catch (IOException e) {
      throw new StoreUnavailableException(
          "data folder " + folder + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static TransferableStore open(
      FolderLock lock, Path folder, RocksDbSettings settings, Layout layout, StoreObserver observer)
      throws IOException {
    Path databaseFolder = folder.resolve(DATABASE_FOLDER);
    makeFolder(databaseFolder);
    requireEmptyOrRocksDb(databaseFolder);
    NativeLibrary.load(folder);
    Checkpoints.clean(folder);
    Recovery recovery = new Recovery(folder, databaseFolder);
    try {
      Database database = recovery.open(settings.blockCacheBytes());
      try {
        layout.apply(database);
        return new RocksDbStore(
            lock,
            database,
            new Checkpoints(database, folder),
            AgentAndKeyCache.load(database),
            settings,
            observer);
      } catch (SessionException e) {
        database.close();
        throw recovery.explain(e);
      } catch (Throwable e) {
        database.close();
        throw e;
      }
    } catch (DamagedStoreException e) {
      throw e;
    } catch (StoreUnavailableException | RocksDBException e) {
      throw new StoreUnavailableException(
          "the store in " + folder + " cannot be opened: " + e.getMessage(), e);
    } catch (RuntimeException | LinkageError e) {
      throw new StoreUnavailableException("the store in " + folder + " cannot be opened: " + e, e);
    }
  }

  static void makeFolder(Path folder) throws IOException {
    if (Files.exists(folder)) {
      if (!Files.isDirectory(folder)) {
        throw new StoreUnavailableException("data folder " + folder + " is a file, not a folder");
      }
      return;
    }
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    Files.createDirectories(folder, ownerOnly);
  }

  /** Keeps RocksDB from removing files of other programs. */
  private static void requireEmptyOrRocksDb(Path databaseFolder) throws IOException {
    try (Stream<Path> files = Files.list(databaseFolder)) {
      if (!Files.exists(databaseFolder.resolve("CURRENT"))
          && files.anyMatch(file -> !isRocksDbs(file))) {
        throw new StoreUnavailableException(
            "folder " + databaseFolder + " contains files that are not RocksDB files");
      }
    }
  }

  /** Whether {@code file} may belong to a database without {@code CURRENT}. */
  private static boolean isRocksDbs(Path file) {
    String name = file.getFileName().toString();
    return name.equals("LOCK")
        || name.equals("IDENTITY")
        || name.startsWith("LOG")
        || name.startsWith("MANIFEST-")
        || name.startsWith("OPTIONS-")
        || name.endsWith(".dbtmp")
        || name.endsWith(".sst")
        || name.endsWith(".blob")
        || name.endsWith(".log");
  }
}
