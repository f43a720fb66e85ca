package dev.parley.app.cli.backup;

import dev.parley.storage.StoreCounts;
import dev.parley.storage.backup.BackupReader;
import dev.parley.storage.rocksdb.RocksDbFolder;
import java.io.IOException;

/** The end of a backup that was written to a file. */
final class BackupFile {
  private BackupFile() {}

  /**
   * Gives a backup its name, after a look whether it is whole; what it holds.
   *
   * @throws dev.parley.storage.backup.BackupRefusedException if it is not
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
