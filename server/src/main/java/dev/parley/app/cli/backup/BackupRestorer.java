package dev.parley.app.cli.backup;

import dev.parley.config.ConfigException;
import dev.parley.storage.backup.BackupReader;
import dev.parley.storage.backup.BackupRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Creates a data folder from a backup, completely or not at all. */
final class BackupRestorer {
  private BackupRestorer() {}

  /** Fails if the data folder exists and is not empty. */
  public static void requireFree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new ConfigException("The data folder " + folder + " is a file.");
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new ConfigException(
            "The data folder "
                + folder
                + " is not empty. A backup can only be restored into an empty folder.");
      }
    }
  }

  /**
   * Restores a backup.
   *
   * @param folder a data folder that {@link #requireFree} accepts
   * @param written receives the numbers of bytes as they are written
   * @throws BackupRefusedException if the backup is damaged; nothing is left behind
   */
  public static void restore(BackupReader backup, Path folder, LongConsumer written)
      throws IOException {
    Path parentFolder = folder;
    if (!Files.exists(folder)) {
      parentFolder = Files.createDirectories(FolderUtil.parent(folder));
    }
    try (UnpackedBackup unpacked = UnpackedBackup.of(backup, parentFolder, written)) {
      unpacked.moveTo(folder);
    }
  }
}
