package dev.parley.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Rules for every text file: its lines and its length. */
final class TextRules {
  static final int COLUMNS_MAX = 100;
  static final int JAVA_LINES_MAX = 400;
  static final int PROTO_LINES_MAX = 600;

  private static final Pattern MARK =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b(?!\\()");

  private TextRules() {}

  /** Lines fit the width; an import cannot be broken. */
  static List<String> columns(Source source) {
    return each(
        source,
        line ->
            line.codePointCount(0, line.length()) > COLUMNS_MAX
                && !(source.isJava() && line.startsWith("import ")),
        "more than " + COLUMNS_MAX + " columns");
  }

  /** Files can be read in one go. */
  static List<String> length(Source source) {
    int max = source.isProto() ? PROTO_LINES_MAX : JAVA_LINES_MAX;
    int lines = source.lines().size();
    return lines > max
        ? List.of(source.at(max + 1, "the file has " + lines + " lines, more than " + max))
        : List.of();
  }

  /** Tabs look different everywhere. */
  static List<String> tabs(Source source) {
    return each(source, line -> line.indexOf('\t') >= 0, "a tab");
  }

  /** Nothing invisible at the end of a line, carriage returns included. */
  static List<String> trailingSpace(Source source) {
    List<String> found = new ArrayList<>();
    String[] lines = source.text().split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (!lines[i].isEmpty() && Character.isWhitespace(lines[i].charAt(lines[i].length() - 1))) {
        found.add(source.at(i + 1, "space at the end of the line"));
      }
    }
    return found;
  }

  /** The last line ends, once. */
  static List<String> finalNewline(Source source) {
    int last = Math.max(1, source.lines().size());
    if (!source.text().endsWith("\n")) {
      return List.of(source.at(last, "no newline at the end of the file"));
    }
    return source.text().endsWith("\n\n")
        ? List.of(source.at(last, "an empty line at the end of the file"))
        : List.of();
  }

  /** A mark of unfinished work names in parentheses who or what it waits for. */
  static List<String> marks(Source source) {
    List<String> lines = source.isJava() ? JavaCode.of(source).comments() : source.lines();
    return each(source, lines, line -> MARK.matcher(line).find(), "a mark of unfinished work");
  }

  private static List<String> each(Source source, Predicate<String> wrong, String what) {
    return each(source, source.lines(), wrong, what);
  }

  static List<String> each(
      Source source, List<String> lines, Predicate<String> wrong, String what) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (wrong.test(lines.get(i))) {
        found.add(source.at(i + 1, what));
      }
    }
    return found;
  }
}
