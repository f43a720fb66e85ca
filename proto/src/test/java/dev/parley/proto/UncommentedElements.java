package dev.parley.proto;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Finds what a .proto source declares without a comment on the line above. Reads statements, not
 * the whole language: they end in {@code ;}, <code>{</code> or <code>}</code>, and comments are
 * {@code //} ones.
 */
final class UncommentedElements {
  private static final Set<String> BLOCKS =
      Set.of("message", "enum", "service", "rpc", "oneof", "extend");
  private static final Set<String> NOT_ELEMENTS =
      Set.of("syntax", "edition", "package", "import", "option", "reserved", "extensions");

  private final List<String> lines;
  private final Deque<String> blocks = new ArrayDeque<>();
  private final StringBuilder statement = new StringBuilder();
  private final List<String> found = new ArrayList<>();
  private int statementLine;

  /** How many braces of an option's value are open. */
  private int valueDepth;

  private UncommentedElements(String source) {
    this.lines = source.lines().toList();
  }

  /** What has no comment, as {@code <line number>: <statement>}. */
  static List<String> in(String source) {
    UncommentedElements elements = new UncommentedElements(source);
    for (int i = 0; i < elements.lines.size(); i++) {
      elements.readLine(i);
    }
    return elements.found;
  }

  private void readLine(int index) {
    String code = lines.get(index).replaceAll("\"(\\\\.|[^\"\\\\])*\"", "\"\"");
    int comment = code.indexOf("//");
    for (char c : (comment < 0 ? code : code.substring(0, comment)).toCharArray()) {
      readChar(c, index);
    }
    statement.append(' ');
  }

  private void readChar(char c, int index) {
    boolean inValue = valueDepth > 0;
    if (c == '{' && (inValue || statement.indexOf("=") >= 0)) {
      valueDepth++;
    } else if (c == '}' && inValue) {
      valueDepth--;
    } else if (c == '{') {
      declare();
      blocks.push(firstWord());
      statement.setLength(0);
    } else if (c == '}') {
      blocks.pop();
      statement.setLength(0);
    } else if (c == ';' && !inValue) {
      declare();
      statement.setLength(0);
    } else {
      if (statement.toString().isBlank()) {
        statement.setLength(0);
        statementLine = index;
      }
      statement.append(c);
    }
  }

  private void declare() {
    String word = firstWord();
    boolean element = BLOCKS.contains(word) ? !word.equals("extend") : !blocks.isEmpty();
    if (word.isEmpty() || NOT_ELEMENTS.contains(word) || !element) {
      return;
    }
    String above = statementLine == 0 ? "" : lines.get(statementLine - 1).strip();
    if (!above.matches("//.*\\w.*")) {
      found.add((statementLine + 1) + ": " + lines.get(statementLine).strip());
    }
  }

  private String firstWord() {
    return statement.toString().strip().split("[\\s(;=]", 2)[0];
  }
}
