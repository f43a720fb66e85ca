package dev.parley.app.cli.copy;

import dev.parley.app.cli.console.CopyProgress;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.config.ConfigException;
import dev.parley.model.SessionException;
import dev.parley.storage.transfer.TransferableStore;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley copy}: copies a store into another one and compares the two. */
@Command(
    name = "copy",
    description = {
      "Copies a whole store into another one, then reads and compares both.",
      "A STORE is a data folder (a path or a file: URL) or a database "
          + "(jdbc:postgresql://…). With PostgreSQL, make sure that nothing writes to "
          + "either store during the copy. An interrupted copy can be run again. It skips "
          + "what is already copied."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The stores are equal.",
      "1:The stores differ, or the copy was interrupted.",
      "2:Bad arguments. Nothing was written."
    },
    mixinStandardHelpOptions = true)
public final class CopyCommand implements Callable<Integer> {
  private static final int EQUAL = 0;
  private static final int NOT_EQUAL = 1;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "STORE",
      description = "The store to copy.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "STORE",
      description = "Target store. Created if it does not exist. It must not contain other data.")
  private String to = "";

  @Option(names = "--verify-only", description = "Compares the stores without copying.")
  private boolean verifyOnly;

  @Override
  public Integer call() {
    StoreLocation source = StoreLocation.of(from);
    StoreLocation target = StoreLocation.of(to);
    require(source);
    if (source.isSame(target)) {
      throw new ConfigException("--from and --to are the same store, " + source + ".");
    }
    if (verifyOnly) {
      require(target);
    }
    try {
      if (!verifyOnly) {
        copy(source, target);
      }
      return verify(source, target);
    } catch (SessionException | StoreChangedException e) {
      System.err.println(
          "parley: " + e.getMessage() + (verifyOnly ? "" : " Run the copy again to continue."));
      return NOT_EQUAL;
    }
  }

  private static void require(StoreLocation location) {
    if (!location.isStore()) {
      throw new ConfigException("No Parley store found in " + location + ".");
    }
  }

  private static void copy(StoreLocation from, StoreLocation to) {
    long start = System.nanoTime();
    StoreCopier.Done done;
    try (TransferableStore source = from.open();
        TransferableStore target = to.open();
        CopyProgress progress = new CopyProgress("Copying")) {
      done = StoreCopier.run(source, target, progress);
    }
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf(
        "Copied %s to %s%nSessions copied: %d, skipped: %d; messages copied: %d; runs copied: %d;"
            + " time: %.1f s%n",
        from,
        to,
        done.sessions(),
        done.skipped(),
        done.messages(),
        done.runs(),
        time.toMillis() / 1_000.0);
  }

  /** Reopens both stores, so that only durable data is compared. */
  private static int verify(StoreLocation from, StoreLocation to) {
    StoreComparison.Outcome outcome;
    try (TransferableStore source = from.open();
        TransferableStore target = to.open();
        CopyProgress progress = new CopyProgress("Verifying")) {
      outcome = StoreComparison.run(source, target, progress);
    }
    outcome.lines().forEach(System.out::println);
    System.out.println(outcome.isEqual() ? "The stores are equal." : "The stores differ.");
    return outcome.isEqual() ? EQUAL : NOT_EQUAL;
  }
}
