package dev.parley.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Measures reads at a low rate, alone and beside callers that append as fast as they can. The
 * appending callers share this process and the machine with the readers, so the readers also wait
 * for them. The same reads of the limit server, to which nobody appends, show how long.
 *
 * @param server makes the reads
 * @param loud makes the appends, with its own connections
 * @param limit makes the reads of the limit server
 */
record Reads(
    SessionApi server,
    SessionApi loud,
    SessionApi limit,
    Data data,
    double warmUp,
    double seconds,
    Report report) {
  private static final double PER_SECOND = 200;
  private static final int OPEN_MAX = 4_000;
  private static final int APPENDERS = 256;

  void measure() {
    measure("get", api -> api.get(data.anyLarge()));
    measure("history", api -> api.history(data.longHistory()));
  }

  private void measure(String title, ApiCall read) {
    OpenLoad reads = reads(server, read);
    OpenLoad limitReads = reads(limit, read);
    ClosedLoad appends = new ClosedLoad(APPENDERS, () -> loud.append(data.anyWritten()));
    reads.run(warmUp);
    limitReads.run(warmUp);
    appends.run(warmUp);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("title", title);
    report.say("%n%s at %.0f/s over gRPC".formatted(title, PER_SECOND));
    row.put("p99Ratio", ratio(Contenders.GRPC, reads, appends, row));
    row.put("p99RatioOfLimit", ratio(Contenders.GRPC_LIMIT, limitReads, appends, row));
    report.add("reads", row);
  }

  private static OpenLoad reads(SessionApi api, ApiCall read) {
    return new OpenLoad(PER_SECOND, OPEN_MAX, () -> read.make(api));
  }

  /** The ratio of the p99 of reads beside appends to the p99 of reads alone. */
  private double ratio(String side, OpenLoad reads, ClosedLoad appends, Map<String, Object> row) {
    Round alone = reads.run(seconds);
    CompletableFuture<Round> beside = CompletableFuture.supplyAsync(() -> appends.run(seconds));
    Round loaded = reads.run(seconds);
    Round appended = beside.join();
    double ratio = loaded.millis(99) / alone.millis(99);
    report.round(side + ", alone", alone);
    report.round(side + ", beside appends", loaded);
    report.round("the appends", appended);
    report.say("  p99 beside appends / alone: %.2f".formatted(ratio));
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("alone", Report.figures(alone));
    figures.put("besideAppends", Report.figures(loaded));
    figures.put("appends", Report.figures(appended));
    row.put(side, figures);
    return ratio;
  }
}
