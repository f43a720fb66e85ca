package dev.parley.campaign.round;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.campaign.load.CopyContents;
import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.storage.rocksdb.recovery.DamagedFolders;
import dev.parley.testing.Folders;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The data folder of a killed server, of which copies are damaged. */
final class CrashedFolder {
  private static final int LIVES = 2;
  private static final int WRITES = 300;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATA = "data";
  private static final String REPAIRED = "repaired";
  private static final String REPORT = "repair-report.jsonl";
  private static final int REFUSED = 2;

  private final RoundContext context;
  private final Load load;

  private CrashedFolder(RoundContext context, Load load) {
    this.context = context;
    this.load = load;
  }

  interface Damage {
    /** Damages a copy; what was done. */
    String apply(Path folder) throws IOException;
  }

  /** Fills a store and kills its server, twice, so that there are tables and logs. */
  static CrashedFolder create(RoundContext context) {
    Load load = ServerLives.createLoad(context);
    for (int i = 0; i < LIVES; i++) {
      try (ServerProcess server = ServerProcess.start(context.work())) {
        load.start(List.of(Endpoint.of(server)));
        try (load) {
          load.awaitAcknowledged(WRITES + context.random().nextInt(WRITES));
          server.kill();
        }
      }
    }
    return new CrashedFolder(context, load);
  }

  Load load() {
    return load;
  }

  /**
   * Damages a copy and starts a server on it: it must either refuse to start, or lose nothing.
   *
   * @param warning what the server must print if it starts, or an empty text
   */
  void damage(Damage damage, String warning) throws IOException {
    Path work = Files.createDirectory(context.work().resolve("copy"));
    DamagedFolders.copy(context.work().resolve(DATA), work.resolve(DATA));
    String what = damage.apply(work.resolve(DATA));
    Optional<String> refusal = refusal(work, what, warning);
    if (refusal.isPresent()) {
      requireRefused(work, what);
      repair(work, what);
    }
    Folders.delete(work);
  }

  /** Why the server does not start; or nothing, and then it has everything. */
  private Optional<String> refusal(Path work, String what, String warning) {
    try (ServerProcess server = ServerProcess.start(work)) {
      CopyContents contents = load.compareCopy(Endpoint.of(server));
      contents.wrong().forEach(line -> context.require(false, what + ": " + line));
      context.require(
          contents.isComplete(), what + ": the server starts without " + contents.missing());
      context.require(
          contents.damagedReads() == 0 || server.err().contains(".sst"),
          what + ": the log does not name the damaged table");
      context.require(
          (server.out() + server.err()).contains(warning), what + ": there is no warning");
      return Optional.empty();
    } catch (AssertionError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void requireRefused(Path work, String what) {
    ParleyProcess.Result start = ParleyProcess.run(work, Map.of(), "--port", "0", "--data", DATA);
    context.require(
        start.exitCode() == REFUSED && start.err().contains(" is damaged: rocksdb"),
        "%s: status %d, %s".formatted(what, start.exitCode(), start.err()));
  }

  private void repair(Path work, String what) throws IOException {
    ParleyProcess.Result repair =
        ParleyProcess.run(work, Map.of(), "repair", "--data", DATA, "--to", REPAIRED);
    Path repaired = work.resolve(REPAIRED);
    if (!Files.isDirectory(repaired)) {
      context.require(false, what + ": no repair: " + repair.err());
      return;
    }
    List<String> report =
        Files.exists(repaired.resolve(REPORT))
            ? Files.readAllLines(repaired.resolve(REPORT))
            : List.of();
    // The server takes the folder that is named data.
    Files.move(work.resolve(DATA), work.resolve("damaged"));
    Files.move(repaired, work.resolve(DATA));
    ParleyProcess.Result check = ParleyProcess.run(work, Map.of(), "check", "--data", DATA);
    context.require(check.exitCode() == 0, what + ": the repaired store: " + check.out());
    try (ServerProcess server = ServerProcess.start(work)) {
      CopyContents contents = load.compareCopy(Endpoint.of(server));
      contents.wrong().forEach(line -> context.require(false, what + ", repaired: " + line));
      context.require(contents.damagedReads() == 0, what + ": the repaired store cannot be read");
      context.require(
          contents.missing().isEmpty() || !report.isEmpty(),
          what + ": lost and not reported: " + contents.missing());
      for (CopyContents.Position lost : contents.placeholders()) {
        context.require(isReported(report, lost), what + ": not reported: " + lost);
      }
      context.require(
          (repair.exitCode() == 0) == report.isEmpty(),
          "%s: repair ends with %d and %d lines".formatted(what, repair.exitCode(), report.size()));
    }
  }

  private static boolean isReported(List<String> report, CopyContents.Position lost)
      throws IOException {
    for (String line : report) {
      JsonNode loss = JSON.readTree(line);
      if (loss.path("kind").asText().equals("messages")
          && loss.path("session").asText().equals(lost.session())
          && loss.path("first_sequence").asLong() <= lost.sequence()
          && loss.path("last_sequence").asLong() >= lost.sequence()) {
        return true;
      }
    }
    return false;
  }
}
