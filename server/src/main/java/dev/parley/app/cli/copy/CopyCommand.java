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

/** {@code parley copy}: moves a whole store, and says whether all of it has arrived. */
@Command(
    name = "copy",
    description = {
      "Copies a whole store into another, as it is, then reads both and compares them.",
      "A STORE is a data folder, as a path or a file: URL, or jdbc:postgresql://….",
      "No server may write to either meanwhile: with PostgreSQL that is up to you.",
      "Run it again after a stop: what is there already is passed over."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The stores hold the same.",
      "1:They do not, or the copy stopped in the middle.",
      "2:Refused; nothing was written."
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
      description = "Where to; made if there is none. It may hold nothing else.")
  private String to = "";

  @Option(names = "--verify-only", description = "Copies nothing, only compares.")
  private boolean verifyOnly;

  @Override
  public Integer call() {
    StoreLocation source = StoreLocation.of(from);
    StoreLocation target = StoreLocation.of(to);
    require(source);
    if (source.isSame(target)) {
      throw new ConfigException("--from and --to are the same place, " + source + ".");
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
          "parley: " + e.getMessage() + (verifyOnly ? "" : " Run it again: it goes on from here."));
      return NOT_EQUAL;
    }
  }

  private static void require(StoreLocation place) {
    if (!place.isStore()) {
      throw new ConfigException("There is no store of Parley's in " + place + ".");
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
        "Copied %s to %s%n%d sessions copied, %d there before;"
            + " %d messages and %d runs copied in %.1f s%n",
        from,
        to,
        done.sessions(),
        done.passedOver(),
        done.messages(),
        done.runs(),
        time.toMillis() / 1_000.0);
  }

  /** Opens both anew, so that nothing is compared that is in memory only. */
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
