package dev.parley.app.cli.console;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/**
 * Prints rows: aligned and with headings on a terminal, otherwise as tab-separated lines without
 * headings. Control characters are escaped, so that stored text cannot control the terminal.
 */
public final class RowPrinter {
  private static final int COLUMN_WIDTH_MAX = 60;
  private static final int GAP = 2;

  private final PrintStream out;
  private final boolean terminal;
  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Creates a printer.
   *
   * @param terminal whether {@code out} is a terminal
   */
  public RowPrinter(PrintStream out, boolean terminal, String... headings) {
    this.out = out;
    this.terminal = terminal;
    this.headings = List.of(headings);
    if (terminal) {
      rows.add(this.headings);
    }
  }

  /** Creates a printer to the standard output. */
  public static RowPrinter toStandardOutput(String... headings) {
    return new RowPrinter(System.out, System.console() != null, headings);
  }

  /** Adds a row. */
  public void add(String... cells) {
    rows.add(List.of(cells).stream().map(RowPrinter::escaped).toList());
  }

  /** Prints the rows that were added since the last call. */
  public void flush() {
    if (terminal) {
      out.print(table());
    } else {
      rows.forEach(row -> out.println(String.join("\t", row)));
    }
    out.flush();
    rows.clear();
  }

  private String table() {
    int[] widths =
        IntStream.range(0, headings.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .map(width -> Math.min(width, COLUMN_WIDTH_MAX) + GAP)
            .toArray();
    Help.TextTable table =
        Help.TextTable.forColumnWidths(Help.defaultColorScheme(Ansi.OFF), widths);
    rows.forEach(row -> table.addRowValues(row.toArray(String[]::new)));
    return table.toString();
  }

  /** A text with its control characters escaped. */
  public static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '\n' -> escaped.append("\\n");
                case '\t' -> escaped.append("\\t");
                default -> {
                  if (Character.isISOControl(character)) {
                    escaped.append("\\u%04x".formatted(character));
                  } else {
                    escaped.appendCodePoint(character);
                  }
                }
              }
            });
    return escaped.toString();
  }
}
