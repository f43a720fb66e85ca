package dev.parley.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prints results: immediately as rows of tables, and at the end as one line of JSON. */
final class Report {
  private final Map<String, Object> figures = new LinkedHashMap<>();

  /** Adds a value that applies to all results. */
  void head(Map<String, ?> facts) {
    facts.forEach((name, value) -> System.out.printf("%s: %s%n", name, value));
    figures.put("bench", "server");
    figures.putAll(facts);
  }

  /** Prints a text. */
  void say(String text) {
    System.out.println(text);
  }

  /** Adds the results of contenders. */
  void compared(String group, String title, int callers, List<Measured> sides, List<Ratio> wanted) {
    System.out.printf("%n%s, %d callers%n", title, callers);
    System.out.printf(
        "  %-28s %10s %19s %10s %10s %10s %10s  %s%n",
        "", "median/s", "all rounds/s", "p50 ms", "p99 ms", "p99.9 ms", "µs of CPU", "failed");
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Measured side : sides) {
      print(side);
      rows.add(figures(side));
    }
    Map<String, Object> ratios = new LinkedHashMap<>();
    wanted.forEach(
        ratio -> ratio.in(sides).ifPresent(quotient -> ratios.put(ratio.title(), quotient)));
    ratios.forEach((name, quotient) -> System.out.printf("  %-40s %5.2f%n", name, quotient));
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("title", title);
    row.put("callers", callers);
    row.put("sides", rows);
    row.put("ratios", ratios);
    add(group, row);
  }

  private static void print(Measured side) {
    System.out.printf(
        "  %-28s %10.0f %19s %32s %10s  %s%n",
        side.side(),
        side.perSecond(),
        "%.0f..%.0f".formatted(side.least(), side.most()),
        side.open().map(Report::times).orElse("-"),
        side.cpuMicros().isPresent() ? "%.0f".formatted(side.cpuMicros().getAsDouble()) : "-",
        side.failures().isEmpty() ? "-" : side.failures());
  }

  private static String times(Round round) {
    return "%10.2f %10.2f %10.2f".formatted(round.millis(50), round.millis(99), round.millis(99.9));
  }

  private static Map<String, Object> figures(Measured side) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("side", side.side());
    row.put("perSecond", side.perSecond());
    row.put("perSecondMin", side.least());
    row.put("perSecondMax", side.most());
    Optional<Round> open = side.open();
    open.ifPresent(round -> row.put("atHalfRate", figures(round)));
    side.cpuMicros().ifPresent(micros -> row.put("cpuMicros", micros));
    row.put("failures", side.failures());
    return row;
  }

  /** The results of one round. */
  static Map<String, Object> figures(Round round) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("perSecond", round.perSecond());
    row.put("p50Millis", round.millis(50));
    row.put("p99Millis", round.millis(99));
    row.put("p999Millis", round.millis(99.9));
    row.put("failures", round.failures());
    return row;
  }

  /** Prints one round of a table without contenders. */
  void round(String what, Round round) {
    System.out.printf(
        "  %-28s %10.0f %19s %s %10s  %s%n",
        what,
        round.perSecond(),
        "",
        times(round),
        "-",
        round.failures().isEmpty() ? "-" : round.failures());
  }

  /** Adds a row to a group of the JSON. */
  void add(String group, Map<String, Object> row) {
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> rows =
        (List<Map<String, Object>>) figures.computeIfAbsent(group, name -> new ArrayList<>());
    rows.add(row);
  }

  /** All figures. */
  String json() {
    return JsonLine.of(figures);
  }
}
