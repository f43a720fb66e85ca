package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@link ScaleBench} finds out: rows of a table as they come, at the end a line of JSON. */
final class ScaleReport {
  private static final String LINE = "%-34s %s%n";

  private final List<String> json = new ArrayList<>();

  ScaleReport(Conversations conversations, Filling.Filled filled) {
    double contents = (double) filled.contentBytes() / conversations.messageCount();
    double perSecond = conversations.messageCount() / filled.seconds();
    row(
        "store",
        "%,d sessions, %,d messages of %.0f bytes",
        conversations.sessionCount(),
        conversations.messageCount(),
        contents);
    row(
        "written",
        "%,.0f messages/s, %,.0f appends/s, %.0f s",
        perSecond,
        filled.appends() / filled.seconds(),
        filled.seconds());
    json.add("\"sessions\":" + conversations.sessionCount());
    json.add("\"messages\":" + conversations.messageCount());
    number("contentBytesPerMessage", contents);
    number("writtenPerSecond", perSecond);
  }

  /**
   * What a store takes.
   *
   * @param state which store, and in what state
   */
  void disk(String state, long messages, long bytes) {
    double perMessage = (double) bytes / messages;
    row("on disk, " + state, "%.0f bytes a message, %,d MiB", perMessage, bytes >> 20);
    number("disk " + state, perMessage);
  }

  /** How many seconds a server took to its first answer, start by start. */
  void starts(List<Double> all) {
    row("starts to first answer", all.stream().map("%.1f s"::formatted).toList().toString());
    number("firstStartSeconds", all.get(0));
    number("lastStartSeconds", all.get(all.size() - 1));
  }

  void reads(List<ReadTimes> all) {
    System.out.println("p50 in a tenth, and here");
    for (ReadTimes times : all) {
      double ratio = times.largeMillis() / times.smallMillis();
      row(
          "  " + times.name(),
          "%.2f ms, %.2f ms, ratio %.2f",
          times.smallMillis(),
          times.largeMillis(),
          ratio);
      number(times.name() + " millis", times.largeMillis());
      number(times.name() + " ratio", ratio);
    }
  }

  /** How the server bore a load, and what memory it took. */
  void load(Round round, long peakRssMib, long liveHeapMib) {
    row(
        "mixed load",
        "%,.0f calls/s, p50 %.1f ms, p99 %.1f ms, failed %s",
        round.perSecond(),
        round.millis(50),
        round.millis(99),
        round.failures());
    row("memory", "peak RSS %d MiB, heap after a full GC %d MiB", peakRssMib, liveHeapMib);
    number("mixedPerSecond", round.perSecond());
    number("mixedP99Millis", round.millis(99));
    number("failed", round.failed());
    number("peakRssMib", peakRssMib);
    number("liveHeapMib", liveHeapMib);
  }

  void printJson() {
    System.out.println("{\"bench\":\"scale\"," + String.join(",", json) + "}");
  }

  private void row(String what, String format, Object... values) {
    System.out.printf(LINE, what, format.formatted(values));
  }

  private void number(String name, double value) {
    json.add(String.format(Locale.ROOT, "\"%s\":%.3f", camelCase(name), value));
  }

  private static String camelCase(String name) {
    StringBuilder camels = new StringBuilder();
    for (String word : name.replaceAll("[^A-Za-z0-9 ]", "").split(" +")) {
      camels.append(
          camels.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return camels.toString();
  }
}
