package dev.parley.campaign;

import dev.parley.app.cli.console.RowPrinter;
import dev.parley.campaign.history.History;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The results of a campaign, a row per kind of round. */
final class CampaignTable {
  private record Row(long rounds, long writes, long reads, long findings) {
    Row plus(Row other) {
      return new Row(
          rounds + other.rounds,
          writes + other.writes,
          reads + other.reads,
          findings + other.findings);
    }
  }

  private final Map<String, Row> rows = new LinkedHashMap<>();

  void add(String round, History history, long findings) {
    Row row = new Row(1, history.acknowledgedCount(), history.readCount(), findings);
    rows.merge(round, row, Row::plus);
  }

  /** The number of kinds that have run. */
  int rows() {
    return rows.size();
  }

  long findings() {
    return total().findings();
  }

  private Row total() {
    return rows.values().stream().reduce(new Row(0, 0, 0, 0), Row::plus);
  }

  void print(PrintStream out) {
    RowPrinter printer =
        new RowPrinter(
            out, true, "Round", "Rounds", "Acknowledged writes", "Checked reads", "Findings");
    rows.forEach((name, row) -> print(printer, name, row));
    print(printer, "Total", total());
    printer.flush();
  }

  private static void print(RowPrinter printer, String name, Row row) {
    printer.add(
        name, count(row.rounds()), count(row.writes()), count(row.reads()), count(row.findings()));
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
