package dev.parley.app.cli.backup;

import dev.parley.app.cli.console.ByteProgress;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.CopyProgress;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.config.ConfigException;
import dev.parley.config.Setting;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.backup.BackupReader;
import dev.parley.storage.backup.BackupRefusedException;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.check.DamagedStoreException;
import dev.parley.storage.check.StoreCheck;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.rocksdb.RocksDbFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code parley check}: reports damage in a store or a backup. Changes nothing. */
@Command(
    name = "check",
    description = {
      "Reads a whole store or a backup and reports damage.",
      "Changes nothing. A data folder that a server uses cannot be checked; check a "
          + "backup of it."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:No damage was found.",
      "1:Damage was found. Each finding is one line.",
      "2:The check could not be completed."
    },
    mixinStandardHelpOptions = true)
public final class CheckCommand implements Callable<Integer> {
  private static final String WAY_ON =
      "Restore a backup with 'parley restore', or save what can be read with 'parley repair'.";
  private static final int WELL = 0;
  private static final int FOUND = 1;
  private static final int NOT_CHECKED = 2;

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "Backup file to check.")
  private @Nullable Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:PARLEY_DATA:-./data}",
      description = "Data folder to check. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("data");

  @Spec private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--store",
      paramLabel = "URL",
      description = "Database to check instead, jdbc:postgresql://…")
  private @Nullable String store;

  @Option(
      names = "--temp",
      paramLabel = "DIR",
      description = "Folder to unpack a backup into. Default: the folder of the backup.")
  private @Nullable Path temp;

  @Override
  public Integer call() {
    boolean dataGiven = command.commandLine().getParseResult().hasMatchedOption("--data");
    if ((file != null ? 1 : 0) + (store != null ? 1 : 0) + (dataGiven ? 1 : 0) > 1) {
      throw new ConfigException("FILE, --data and --store cannot be combined.");
    }
    try {
      if (file != null) {
        return checkBackup(file);
      }
      // The command line overrides the environment.
      String url =
          store == null && !dataGiven ? System.getenv(Setting.STORE.environmentName()) : store;
      return url == null || url.isEmpty()
          ? check(RocksDbFolder.take(data), data.toString())
          : check(PostgresStores.check(url), PostgresStores.withoutCredentials(url));
    } catch (DamagedStoreException e) {
      System.out.println("found: " + e.file() + ": " + e.damage());
      System.out.println("Checked " + data + ": the store cannot be opened. " + WAY_ON);
      return FOUND;
    } catch (IOException e) {
      ConsoleText.failed("The check stopped", e);
      return NOT_CHECKED;
    }
  }

  private int checkBackup(Path backup) throws IOException {
    if (!Files.isRegularFile(backup) || !Files.isReadable(backup)) {
      throw new ConfigException("The file " + backup + " cannot be read.");
    }
    Path parent = backup.toAbsolutePath().getParent();
    Path parentFolder = temp == null && parent != null ? parent : temp;
    try (BackupReader reader = BackupReader.open(backup, RocksDbFolder::isFileName);
        ByteProgress progress = new ByteProgress("Unpacking", reader.bytes());
        UnpackedBackup unpacked =
            UnpackedBackup.of(
                reader, parentFolder == null ? Path.of("") : parentFolder, progress::step)) {
      return check(RocksDbFolder.take(unpacked.folder()), backup.toString());
    } catch (BackupRefusedException e) {
      System.out.println("found: backup " + backup + ": " + e.getMessage());
      System.out.println("Checked " + backup + ": the backup is damaged.");
      return FOUND;
    }
  }

  private static int check(StoreCheck opened, String name) {
    try (StoreCheck check = opened;
        CopyProgress progress = new CopyProgress("Checking")) {
      Findings findings = new Findings(progress);
      StoreCounts counts = check.run(findings);
      System.out.printf(
          "Checked %s: %s; %s%n",
          name,
          counts,
          findings.count == 0
              ? "no damage found."
              : findings.count + (findings.count == 1 ? " finding." : " findings."));
      return findings.count == 0 ? WELL : FOUND;
    }
  }

  /** Checks a store, prints findings, and returns whether there are none. */
  static boolean isWell(StoreCheck opened) {
    try (StoreCheck check = opened;
        CopyProgress progress = new CopyProgress("Checking")) {
      Findings findings = new Findings(progress);
      var counts = check.run(findings);
      return findings.count == 0;
    }
  }

  /** Prints findings. */
  private static final class Findings implements CheckObserver {
    private final CopyProgress progress;
    private long count;

    Findings(CopyProgress progress) {
      this.progress = progress;
    }

    @Override
    public void found(String what, String where) {
      count++;
      System.out.println("found: " + where + ": " + what);
    }

    @Override
    public void expect(long sessions) {
      progress.expect(sessions);
    }

    @Override
    public void checked(long sessions, long messages) {
      progress.sessions(sessions);
      progress.messages(messages);
    }
  }
}
