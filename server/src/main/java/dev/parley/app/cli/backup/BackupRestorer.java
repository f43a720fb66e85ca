package dev.parley.app.cli.backup;

import dev.parley.config.ConfigException;
import dev.parley.storage.backup.BackupReader;
import dev.parley.storage.backup.BackupRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Makes a data folder of a backup, whole or not at all. */
final class BackupRestorer {
  private BackupRestorer() {}

  /** Refuses a data folder that holds anything. */
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
            "The data folder " + folder + " is not empty: a backup is restored into a new one.");
      }
    }
  }

  /**
   * Restores a backup.
   *
   * @param folder a data folder that {@link #requireFree} lets pass
   * @param written is told of so many more bytes
   * @throws BackupRefusedException if it is not what it says; nothing is left then
   */
  public static void restore(BackupReader backup, Path folder, LongConsumer written)
      throws IOException {
    Path place = folder;
    if (!Files.exists(folder)) {
      place = Files.createDirectories(FolderUtil.parent(folder));
    }
    try (UnpackedBackup unpacked = UnpackedBackup.of(backup, place, written)) {
      unpacked.moveTo(folder);
    }
  }
}
