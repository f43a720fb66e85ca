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
 * A verified backup, unpacked into a temporary data folder. Closing deletes the folder unless it
 * was moved.
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
   * @param parent the folder to create the temporary folder in
   * @param written receives the numbers of bytes as they are written
   * @throws BackupRefusedException if the backup is damaged; nothing is left behind
   * @throws ConfigException if the file system has too little free space
   */
  public static UnpackedBackup of(BackupReader backup, Path parent, LongConsumer written)
      throws IOException {
    long bytes = backup.bytes();
    long free = Files.getFileStore(parent).getUsableSpace();
    if (bytes > free) {
      throw new ConfigException(
          "%s needs %d bytes when unpacked, but %s has only %d bytes free."
              .formatted(backup, bytes, parent, free));
    }
    UnpackedBackup unpacked = new UnpackedBackup(Files.createTempDirectory(parent, PREFIX));
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

  private void requireCounts(StoreCounts manifestCounts) throws IOException {
    try (RocksDbFolder opened = RocksDbFolder.take(folder);
        FrozenStore store = opened.freeze()) {
      if (!store.counts().equals(manifestCounts)) {
        throw new BackupRefusedException(
            "it contains %s, but its manifest says %s".formatted(store.counts(), manifestCounts));
      }
    }
  }

  /** The data folder. */
  public Path folder() {
    return folder;
  }

  /** Moves the folder to {@code target}, which must not exist or be empty, atomically. */
  void moveTo(Path target) throws IOException {
    FolderUtil.sync(folder);
    if (Files.exists(target)) {
      // The target may be a mount point, which cannot be replaced. Then this folder is inside it.
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
