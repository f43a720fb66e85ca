package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The results of {@link ScaleBench}: printed immediately as rows of a table, and at the end as a
 * line of JSON.
 */
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
   * The disk usage of a store.
   *
   * @param state the store and its state
   */
  void disk(String state, long messages, long bytes) {
    double perMessage = (double) bytes / messages;
    row("on disk, " + state, "%.0f bytes a message, %,d MiB", perMessage, bytes >> 20);
    number("disk " + state, perMessage);
  }

  /** The seconds to the first answer of each start. */
  void starts(List<Double> all) {
    row("starts to first answer", all.stream().map("%.1f s"::formatted).toList().toString());
    number("firstStartSeconds", all.get(0));
    number("lastStartSeconds", all.get(all.size() - 1));
  }

  /** The time to build the index for searches, and its size. */
  void index(long messages, double seconds, long bytes) {
    row(
        "search index",
        "%,.0f messages/s, %,.0f s, %.0f bytes a message",
        messages / seconds,
        seconds,
        (double) bytes / messages);
    number("indexed per second", messages / seconds);
    number("index bytes per message", (double) bytes / messages);
  }

  /** Compares the stores by p50, and the reads of this store by p99. */
  void reads(List<ReadTimes> all) {
    double firstPage =
        all.stream()
            .filter(times -> times.name().equals(StoreReads.FIRST_PAGE))
            .findFirst()
            .orElseThrow()
            .largeMillis(99);
    System.out.println("p50 in a tenth, p50 here; p99 here, its ratio to the longest list");
    for (ReadTimes times : all) {
      double ratio = times.largeMillis(50) / times.smallMillis(50);
      double toFirstPage = times.largeMillis(99) / firstPage;
      row(
          "  " + times.name(),
          "%.2f ms, %.2f ms, ratio %.2f; %.2f ms, ratio %.2f",
          times.smallMillis(50),
          times.largeMillis(50),
          ratio,
          times.largeMillis(99),
          toFirstPage);
      number(times.name() + " millis", times.largeMillis(50));
      number(times.name() + " ratio", ratio);
      number(times.name() + " p99 millis", times.largeMillis(99));
      number(times.name() + " p99 to first page", toFirstPage);
    }
  }

  /** The results of a load, and the memory of the server. */
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
