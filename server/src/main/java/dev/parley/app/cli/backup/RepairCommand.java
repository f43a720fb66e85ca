package dev.parley.app.cli.backup;

import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.config.ConfigException;
import dev.parley.model.SessionException;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.repair.StoreRepair;
import dev.parley.storage.transfer.TransferableStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley repair}: creates a data folder from what can be read of a damaged one. */
@Command(
    name = "repair",
    description = {
      "Creates a data folder from what can be read of a damaged one.",
      "The damaged folder is not changed. Each loss is one line of JSON in the report. "
          + "Restore a backup instead if you have one that is recent enough."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:Nothing was lost.",
      "1:The new folder was created. The report lists what was lost.",
      "2:Nothing could be read, or bad arguments. No folder was created."
    },
    mixinStandardHelpOptions = true)
public final class RepairCommand implements Callable<Integer> {
  private static final int NOTHING_LOST = 0;
  private static final int LOST = 1;
  private static final int NOT_REPAIRED = 2;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The damaged data folder. No server may use it.")
  private Path data = Path.of("");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "Data folder to create. An existing one must be empty.")
  private Path to = Path.of("");

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "File for the report, which must not exist. Default: "
              + RepairedFolder.REPORT
              + " in the new folder.")
  private @Nullable Path report;

  @Override
  public Integer call() {
    try {
      requireArguments();
      return repair();
    } catch (IOException | UncheckedIOException | SessionException e) {
      ConsoleText.failed(data + " cannot be repaired", e);
      return NOT_REPAIRED;
    }
  }

  private void requireArguments() throws IOException {
    if (!Files.isDirectory(data)) {
      throw new ConfigException("The data folder " + data + " does not exist.");
    }
    FolderUtil.requireFree(to, "The repaired store needs an empty folder.");
    requireOutside(to);
    if (report != null) {
      requireOutside(report);
      if (Files.exists(report)) {
        throw new ConfigException("The file " + report + " already exists.");
      }
    }
  }

  private void requireOutside(Path target) throws IOException {
    Path existing = target.toAbsolutePath().normalize();
    while (!Files.exists(existing)) {
      existing = FolderUtil.parent(existing);
    }
    if (existing.toRealPath().startsWith(data.toRealPath())) {
      throw new ConfigException(
          target + " is in the damaged folder " + data + ", which must not change.");
    }
  }

  private int repair() throws IOException {
    try (RepairedFolder folder = RepairedFolder.create(to)) {
      Path reportFile = report == null ? folder.data().resolve(RepairedFolder.REPORT) : report;
      StoreRepair.Result result;
      RepairReport losses = new RepairReport(reportFile);
      try (losses) {
        result = repair(folder, losses);
        folder.copyOtherFiles(data, losses);
      }
      if (result.isEmpty() && !losses.isEmpty()) {
        System.err.println("parley: nothing in " + data + " can be read.");
        return NOT_REPAIRED;
      }
      boolean isWell = CheckCommand.isWell(RocksDbFolder.take(folder.data()));
      folder.moveTo(to);
      print(result, losses);
      return isWell && losses.isEmpty() ? NOTHING_LOST : LOST;
    }
  }

  private StoreRepair.Result repair(RepairedFolder folder, RepairReport losses) throws IOException {
    try (TransferableStore target = RocksDbStores.open(folder.data(), RocksDbSettings.DEFAULTS);
        StoreRepair repair =
            StoreRepair.open(
                data,
                RocksDbFolder.filesOf(data),
                folder.work(),
                target.transfer(),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                (file, damage) -> System.out.println("found: " + file + ": " + damage),
                losses)) {
      return repair.run();
    }
  }

  private void print(StoreRepair.Result result, RepairReport losses) {
    System.out.printf(
        "Repaired %s into %s: %s, %s%n",
        data, to, result.counts(), ConsoleText.count(result.auditEntries(), "audit log record"));
    if (losses.isEmpty()) {
      System.out.println("Nothing was lost.");
      return;
    }
    System.out.printf(
        "Lost: %s. See %s.%n",
        losses.summary(), report == null ? to.resolve(RepairedFolder.REPORT) : report);
    if (result.placeholders() > 0) {
      System.out.printf("Placeholders stand for lost messages: %d.%n", result.placeholders());
    }
    System.out.println(
        "Lost changes can include deletions and revoked keys. Check the keys before you start a"
            + " server.");
  }
}
