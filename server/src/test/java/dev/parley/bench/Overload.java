package dev.parley.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** What becomes of appends when more are offered than the server can take. */
record Overload(
    SessionApi api, Data data, double warmUp, double seconds, int openMax, Report report) {
  private static final int CALLERS = 256;
  private static final int[] TIMES = {1, 4};

  void measure() {
    Call append = () -> api.append(data.anyWritten());
    ClosedLoad callers = new ClosedLoad(CALLERS, append);
    callers.run(warmUp);
    Round peak = callers.run(seconds);
    report.say("%nappends over gRPC, overloaded; at most %d open".formatted(openMax));
    report.round(CALLERS + " callers, the peak", peak);
    for (int times : TIMES) {
      Round round = new OpenLoad(times * peak.perSecond(), openMax, append).run(seconds);
      double ratio = round.perSecond() / peak.perSecond();
      report.round("%d times the peak offered".formatted(times), round);
      report.say("  goodput / peak: %.2f".formatted(ratio));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("timesPeak", times);
      row.put("peakPerSecond", peak.perSecond());
      row.put("accepted", Report.figures(round));
      row.put("goodputRatio", ratio);
      report.add("overload", row);
    }
  }
}
