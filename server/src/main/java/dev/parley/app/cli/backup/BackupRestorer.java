package dev.parley.app.cli.backup;

import dev.parley.storage.backup.BackupReader;
import dev.parley.storage.backup.BackupRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Creates a data folder from a backup, completely or not at all. */
final class BackupRestorer {
  private BackupRestorer() {}

  /**
   * Restores a backup.
   *
   * @param folder a data folder that does not exist or is empty
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
