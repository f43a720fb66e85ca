package dev.parley.docs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** A Markdown table. */
final class MarkdownTable {
  private final List<String> lines = new ArrayList<>();

  /** A table with these column headings. */
  MarkdownTable(List<String> headings) {
    lines.add(line(headings));
    lines.add("|" + "---|".repeat(headings.size()));
  }

  /** Adds a row. */
  void add(List<String> cells) {
    lines.add(line(cells));
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  /** Text in the font of code. */
  static String code(String text) {
    return "`" + text + "`";
  }

  /** Several texts in the font of code, separated by commas. */
  static String code(Collection<String> texts) {
    return texts.stream().map(MarkdownTable::code).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
