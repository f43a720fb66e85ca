package dev.parley.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Offers more appends than the server can process. Overload alternates with peak load, in which
 * callers wait for each answer, because the peak rate changes from minute to minute.
 *
 * @param seconds the duration of each load in a turn
 */
record Overload(
    SessionApi api, Data data, double warmUp, double seconds, int openMax, Report report) {
  private static final int CALLERS = 256;
  private static final int TURNS = 3;
  private static final List<Integer> TIMES = List.of(1, 4);

  /** An overload and the peak of the same turn. */
  private record Turn(Round peak, Round accepted) {
    double goodput() {
      return accepted.perSecond() / peak.perSecond();
    }
  }

  void measure() {
    Call append = () -> api.append(data.anyWritten());
    ClosedLoad callers = new ClosedLoad(CALLERS, append);
    callers.run(warmUp);
    List<Round> peaks = new ArrayList<>();
    Map<Integer, List<Turn>> turns = new TreeMap<>();
    for (int i = 0; i < TURNS; i++) {
      Round peak = callers.run(seconds);
      peaks.add(peak);
      for (int times : TIMES) {
        Round accepted = new OpenLoad(times * peak.perSecond(), openMax, append).run(seconds);
        turns.computeIfAbsent(times, n -> new ArrayList<>()).add(new Turn(peak, accepted));
      }
    }
    report.say("%nappends over gRPC, overloaded; at most %d open".formatted(openMax));
    report.round(CALLERS + " callers, the peak", Round.median(peaks));
    turns.forEach((times, all) -> say(times, Round.median(peaks), all));
  }

  private void say(int times, Round peak, List<Turn> turns) {
    Round accepted = Round.median(turns.stream().map(Turn::accepted).toList());
    double[] goodputs = turns.stream().mapToDouble(Turn::goodput).sorted().toArray();
    double median = goodputs[goodputs.length / 2];
    report.round("%d times the peak offered".formatted(times), accepted);
    report.say(
        "  goodput / peak of its turn: %.2f, of %.2f..%.2f"
            .formatted(median, goodputs[0], goodputs[goodputs.length - 1]));
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("timesPeak", times);
    row.put("peakPerSecond", peak.perSecond());
    row.put("accepted", Report.figures(accepted));
    row.put("goodputRatio", median);
    row.put("goodputRatioMin", goodputs[0]);
    row.put("goodputRatioMax", goodputs[goodputs.length - 1]);
    report.add("overload", row);
  }
}
