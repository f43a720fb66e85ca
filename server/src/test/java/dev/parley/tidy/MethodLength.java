package dev.parley.tidy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Measures methods by their braces, from the first line of the signature, annotations included, to
 * the closing brace. Constructors, initializers and lambdas in fields count as methods; what is
 * nested in a method is part of it.
 */
final class MethodLength {
  static final int LINES_MAX = 60;

  private static final Pattern TYPE = Pattern.compile("\\b(class|interface|enum|record)\\s+\\w+");
  private static final Pattern ENUM = Pattern.compile("\\benum\\s+\\w+");

  private enum Kind {
    TYPE,
    ENUM_CONSTANTS,
    MEMBER,
    INNER
  }

  private record Block(Kind kind, int firstLine) {}

  private final Source source;
  private final Deque<Block> open = new ArrayDeque<>();
  private final StringBuilder header = new StringBuilder();
  private final List<String> found = new ArrayList<>();
  private int headerLine;
  private int parentheses;

  private MethodLength(Source source) {
    this.source = source;
  }

  /** The methods that are too long. */
  static List<String> tooLong(Source source) {
    MethodLength methods = new MethodLength(source);
    List<String> lines = JavaCode.of(source).code();
    for (int i = 0; i < lines.size(); i++) {
      for (char c : lines.get(i).toCharArray()) {
        methods.read(c, i + 1);
      }
      methods.header.append(' ');
    }
    return methods.found;
  }

  private void read(char c, int line) {
    switch (c) {
      case '{' -> open(line);
      case '}' -> close(line);
      case ';' -> {
        if (parentheses == 0) {
          endOfEnumConstants();
          header.setLength(0);
        }
      }
      default -> {
        if (header.toString().isBlank() && !Character.isWhitespace(c)) {
          header.setLength(0);
          headerLine = line;
        }
        // An annotation or a call may hold braces; those are of no method.
        parentheses += c == '(' ? 1 : c == ')' ? -1 : 0;
        header.append(c);
      }
    }
  }

  private void open(int line) {
    Kind outer = open.isEmpty() ? Kind.TYPE : open.peek().kind();
    Kind kind = Kind.INNER;
    if (parentheses == 0 && outer == Kind.TYPE) {
      kind = !TYPE.matcher(header).find() ? Kind.MEMBER : typeBlock();
    } else if (parentheses == 0 && outer == Kind.ENUM_CONSTANTS) {
      kind = Kind.TYPE;
    }
    open.push(new Block(kind, header.toString().isBlank() ? line : headerLine));
    header.setLength(0);
  }

  private Kind typeBlock() {
    return ENUM.matcher(header).find() ? Kind.ENUM_CONSTANTS : Kind.TYPE;
  }

  private void close(int line) {
    Block block = open.pop();
    int lines = line - block.firstLine() + 1;
    if (block.kind() == Kind.MEMBER && lines > LINES_MAX) {
      found.add(
          source.at(block.firstLine(), "a method of " + lines + " lines, more than " + LINES_MAX));
    }
    header.setLength(0);
  }

  private void endOfEnumConstants() {
    if (!open.isEmpty() && open.peek().kind() == Kind.ENUM_CONSTANTS) {
      Block constants = open.pop();
      open.push(new Block(Kind.TYPE, constants.firstLine()));
    }
  }
}
