package dev.parley.app.cli.backup;

import dev.parley.storage.StoreCounts;
import dev.parley.storage.backup.BackupReader;
import dev.parley.storage.rocksdb.RocksDbFolder;
import java.io.IOException;

/** Completes a backup that was written to a file. */
final class BackupFile {
  private BackupFile() {}

  /**
   * Verifies a backup, gives the file its final name, and returns the number of stored items.
   *
   * @throws dev.parley.storage.backup.BackupRefusedException if the backup is damaged
   */
  public static StoreCounts finish(PartialFile file) throws IOException {
    file.sync();
    StoreCounts counts;
    try (BackupReader reader = BackupReader.open(file.partial(), RocksDbFolder::isFileName)) {
      counts = reader.counts();
    }
    file.publish();
    return counts;
  }
}
