package dev.parley.campaign;

import dev.parley.campaign.round.Round;
import dev.parley.campaign.round.RoundContext;
import dev.parley.campaign.round.Rounds;
import dev.parley.testing.Folders;
import dev.parley.testing.ParleyProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs rounds against real servers until the time is over, prints a table, and fails if there was
 * any finding. A round that has begun is completed. Each kind of round runs at least once.
 *
 * <p>System properties: {@code campaign.minutes}, {@code campaign.seed} to repeat the random
 * choices of a campaign (not the timing of its calls), and {@code campaign.only}, a part of the
 * names of the rounds to run.
 */
public final class Campaign {
  private static final String MINUTES = "campaign.minutes";
  private static final long MINUTES_DEFAULT = 10;

  /** Findings of a round that are printed. All of them are counted. */
  private static final int PRINTED_MAX = 20;

  private final Duration time;
  private final SplittableRandom random;
  private final List<Round> rounds;
  private final CampaignTable table = new CampaignTable();

  private volatile @Nullable Path work;

  private Campaign(Duration time, long seed, String only) {
    this.time = time;
    random = new SplittableRandom(seed);
    rounds =
        Rounds.all().stream()
            .filter(Campaign::isPossible)
            .filter(round -> round.name().toLowerCase(Locale.ROOT).contains(only))
            .toList();
  }

  /** Ends what a round has started, if the campaign is ended before the round. */
  private void cleanUp() {
    Path folder = work;
    if (folder != null) {
      String jar = ParleyProcess.jar().toString();
      ProcessHandle.current()
          .descendants()
          .filter(process -> process.info().commandLine().orElse("").contains(jar))
          .forEach(
              process -> {
                process.destroyForcibly();
                process.onExit().join();
              });
      Rounds.cleanUp();
      Folders.delete(folder);
    }
  }

  /** Runs a campaign. */
  public static void main(String[] args) throws IOException {
    long minutes = Long.getLong(MINUTES, MINUTES_DEFAULT);
    if (minutes < 1) {
      throw new IllegalArgumentException(MINUTES + " must be at least 1.");
    }
    long seed = Long.getLong("campaign.seed", System.nanoTime());
    System.out.printf("Campaign of %d min with seed %d.%n", minutes, seed);
    String only = System.getProperty("campaign.only", "").toLowerCase(Locale.ROOT);
    System.exit(new Campaign(Duration.ofMinutes(minutes), seed, only).run() ? 0 : 1);
  }

  private static boolean isPossible(Round round) {
    if (!round.isPossible()) {
      System.out.println("Not run, because it needs root: " + round.name());
    }
    return round.isPossible();
  }

  private boolean run() throws IOException {
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("campaign.only selects no round.");
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::cleanUp, "campaign-end"));
    long begin = System.nanoTime();
    do {
      for (int i = 0; i < rounds.size() && (table.rows() < rounds.size() || !isOver(begin)); i++) {
        run(rounds.get(i));
      }
    } while (!isOver(begin));
    System.out.printf("%nCampaign of %d s.%n", (System.nanoTime() - begin) / 1_000_000_000);
    table.print(System.out);
    return table.findings() == 0;
  }

  private boolean isOver(long begin) {
    return System.nanoTime() - begin > time.toNanos();
  }

  private void run(Round round) throws IOException {
    Path folder = Files.createTempDirectory("parley-campaign");
    work = folder;
    RoundContext context = new RoundContext(folder, random.split());
    long begin = System.nanoTime();
    try {
      round.run(context);
    } catch (Exception | AssertionError e) {
      context.failed(e);
    } finally {
      Folders.delete(folder);
      work = null;
    }
    table.add(round.name(), context.history(), context.findings().size());
    System.out.printf(
        "%-45s %4d s, %d writes, %d reads, findings: %d%n",
        round.name(),
        (System.nanoTime() - begin) / 1_000_000_000,
        context.history().acknowledgedCount(),
        context.history().readCount(),
        context.findings().size());
    context.findings().stream()
        .limit(PRINTED_MAX)
        .forEach(finding -> System.out.println("  FINDING " + finding));
  }
}
