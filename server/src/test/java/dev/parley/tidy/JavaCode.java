package dev.parley.tidy;

import java.util.List;

/**
 * A Java source taken apart: its code and its comments, each with the rest blanked out, so that
 * both have the lines and columns of the source. Literals belong to neither.
 */
final class JavaCode {
  private enum State {
    CODE,
    LINE_COMMENT,
    BLOCK_COMMENT,
    STRING,
    CHAR,
    TEXT_BLOCK
  }

  private final String source;
  private final StringBuilder code = new StringBuilder();
  private final StringBuilder comments = new StringBuilder();
  private State state = State.CODE;
  private int at;

  private JavaCode(String source) {
    this.source = source;
    while (at < source.length()) {
      step();
    }
  }

  static JavaCode of(Source source) {
    return new JavaCode(source.text());
  }

  /** The lines without comments and without what is in quotes. */
  List<String> code() {
    return code.toString().lines().toList();
  }

  /** The lines of the comments alone. */
  List<String> comments() {
    return comments.toString().lines().toList();
  }

  private void step() {
    switch (state) {
      case CODE -> stepInCode();
      case LINE_COMMENT -> {
        if (source.charAt(at) == '\n') {
          state = State.CODE;
        }
        take(1, comments);
      }
      case BLOCK_COMMENT -> stepUntil("*/", comments);
      case STRING -> stepUntil("\"", null);
      case CHAR -> stepUntil("'", null);
      case TEXT_BLOCK -> stepUntil("\"\"\"", null);
    }
  }

  private void stepInCode() {
    if (source.startsWith("//", at)) {
      enter(State.LINE_COMMENT, 2, comments);
    } else if (source.startsWith("/*", at)) {
      enter(State.BLOCK_COMMENT, 2, comments);
    } else if (source.startsWith("\"\"\"", at)) {
      enter(State.TEXT_BLOCK, 3, code);
    } else if (source.charAt(at) == '"') {
      enter(State.STRING, 1, code);
    } else if (source.charAt(at) == '\'') {
      enter(State.CHAR, 1, code);
    } else {
      take(1, code);
    }
  }

  private void enter(State next, int length, StringBuilder into) {
    state = next;
    take(length, into);
  }

  private void stepUntil(String end, StringBuilder into) {
    if (source.startsWith(end, at)) {
      state = State.CODE;
      take(end.length(), into == null ? code : into);
    } else if (into == null && source.charAt(at) == '\\') {
      take(2, null);
    } else {
      take(1, into);
    }
  }

  /** Moves on; what goes into neither of the two leaves blanks. */
  private void take(int length, StringBuilder into) {
    for (int i = 0; i < length && at < source.length(); i++, at++) {
      char c = source.charAt(at);
      char blank = c == '\n' ? '\n' : ' ';
      code.append(into == code ? c : blank);
      comments.append(into == comments ? c : blank);
    }
  }
}
