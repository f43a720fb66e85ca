package dev.parley.app.cli.backup;

import dev.parley.app.cli.console.ByteProgress;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.config.ConfigException;
import dev.parley.storage.backup.BackupReader;
import dev.parley.storage.backup.BackupRefusedException;
import dev.parley.storage.rocksdb.RocksDbFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley restore}: creates a data folder from a backup. */
@Command(
    name = "restore",
    description = {
      "Creates a data folder from a backup.",
      "All checksums are verified first. If the backup is damaged, no folder is " + "created."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The backup is restored.",
      "1:The backup is damaged, or the restore failed. No store was created.",
      ExitCodes.NOT_TRIED
    },
    mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
  private static final int DONE = 0;

  @Parameters(paramLabel = "FILE", description = "The backup.")
  private Path file = Path.of("");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Data folder to create. An existing one must be empty.")
  private Path data = Path.of("");

  @Override
  public Integer call() {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new ConfigException("The file " + file + " cannot be read.");
    }
    try {
      FolderUtil.requireFree(data, "A backup can only be restored into an empty folder.");
      try (BackupReader backup = BackupReader.open(file, RocksDbFolder::isFileName);
          ByteProgress progress = new ByteProgress("Restoring", backup.bytes())) {
        BackupRestorer.restore(backup, data, progress::step);
        System.out.printf(
            "Restored %s of %s: %s%n"
                + "A backup has no root key: put root.key into %s. Otherwise, the server creates a"
                + " new one.%n",
            data, backup.createTime(), backup.counts(), data);
      }
      return DONE;
    } catch (IOException | BackupRefusedException e) {
      return ConsoleText.failed(file + " cannot be restored", e);
    }
  }
}
