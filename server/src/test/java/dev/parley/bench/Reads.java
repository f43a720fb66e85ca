package dev.parley.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * How long reads at a modest rate take, alone and beside callers that append as fast as they can.
 * These callers share this process and the machine with the readers: what a reader waits for them
 * here counts too.
 *
 * @param quiet makes the reads
 * @param loud makes the appends, on connections of its own
 */
record Reads(
    SessionApi quiet, SessionApi loud, Data data, double warmUp, double seconds, Report report) {
  private static final double PER_SECOND = 200;
  private static final int OPEN_MAX = 4_000;
  private static final int APPENDERS = 256;

  void measure() {
    measure("get", () -> quiet.get(data.anyLarge()));
    measure("history", () -> quiet.history(data.longHistory()));
  }

  private void measure(String title, Call read) {
    OpenLoad reads = new OpenLoad(PER_SECOND, OPEN_MAX, read);
    ClosedLoad appends = new ClosedLoad(APPENDERS, () -> loud.append(data.anyWritten()));
    reads.run(warmUp);
    appends.run(warmUp);
    Round alone = reads.run(seconds);
    CompletableFuture<Round> beside = CompletableFuture.supplyAsync(() -> appends.run(seconds));
    Round loaded = reads.run(seconds);
    Round appended = beside.join();
    double ratio = loaded.millis(99) / alone.millis(99);
    report.say("%n%s at %.0f/s over gRPC".formatted(title, PER_SECOND));
    report.round("alone", alone);
    report.round("beside appends", loaded);
    report.round("the appends", appended);
    report.say("  p99 beside appends / alone: %.2f".formatted(ratio));
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("title", title);
    row.put("alone", Report.figures(alone));
    row.put("besideAppends", Report.figures(loaded));
    row.put("appends", Report.figures(appended));
    row.put("p99Ratio", ratio);
    report.add("reads", row);
  }
}
