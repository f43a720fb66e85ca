package dev.parley.app.cli.backup;

import dev.parley.config.ConfigException;
import dev.parley.storage.FrozenStore;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.backup.BackupReader;
import dev.parley.storage.backup.BackupRefusedException;
import dev.parley.storage.rocksdb.RocksDbFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.LongConsumer;

/**
 * A backup that was unpacked into a temporary data folder, and found to be what it says. The folder
 * is removed with this, if it was not moved.
 */
public final class UnpackedBackup implements AutoCloseable {
  private static final String PREFIX = ".parley-restoring-";

  private final Path folder;

  private UnpackedBackup(Path folder) {
    this.folder = folder;
  }

  /**
   * Unpacks a backup.
   *
   * @param place the folder in which to make the temporary one
   * @param written is told of so many more bytes
   * @throws BackupRefusedException if it is not what it says; nothing is left then
   * @throws ConfigException if there is no room for it
   */
  public static UnpackedBackup of(BackupReader backup, Path place, LongConsumer written)
      throws IOException {
    long bytes = backup.bytes();
    long free = Files.getFileStore(place).getUsableSpace();
    if (bytes > free) {
      throw new ConfigException(
          "%s takes %d bytes unpacked, and in %s %d are free."
              .formatted(backup, bytes, place, free));
    }
    UnpackedBackup unpacked = new UnpackedBackup(Files.createTempDirectory(place, PREFIX));
    try {
      Path files = Files.createDirectory(RocksDbFolder.filesOf(unpacked.folder));
      backup.unpack(files, written);
      FolderUtil.sync(files);
      unpacked.requireCounts(backup.counts());
      return unpacked;
    } catch (Throwable e) {
      unpacked.close();
      throw e;
    }
  }

  private void requireCounts(StoreCounts told) throws IOException {
    try (RocksDbFolder opened = RocksDbFolder.take(folder);
        FrozenStore store = opened.freeze()) {
      if (!store.counts().equals(told)) {
        throw new BackupRefusedException(
            "it holds %s, and its manifest says %s".formatted(store.counts(), told));
      }
    }
  }

  /** The data folder. */
  public Path folder() {
    return folder;
  }

  /** Makes it the data folder {@code target}, which is not there or empty, in one step. */
  void moveTo(Path target) throws IOException {
    FolderUtil.sync(folder);
    if (Files.exists(target)) {
      // It may be a disk of its own, and then cannot be replaced; this is inside of it.
      Files.move(
          RocksDbFolder.filesOf(folder),
          RocksDbFolder.filesOf(target),
          StandardCopyOption.ATOMIC_MOVE);
      FolderUtil.sync(target);
    } else {
      Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
      FolderUtil.sync(FolderUtil.parent(target));
    }
  }

  @Override
  public void close() throws IOException {
    if (Files.exists(folder)) {
      FolderUtil.delete(folder);
    }
  }
}
