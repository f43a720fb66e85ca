package dev.parley.storage.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Text as PostgreSQL takes it, which is any but U+0000. That is written as two characters which no
 * text of people has, a noncharacter twice; one such in a text, as it and the next noncharacter.
 */
final class Text {
  private static final char MARK = '\uFDD0';
  private static final char LITERAL = '\uFDD1';

  /** Longer than any name is. */
  private static final String NO_NAME = "?".repeat(256);

  private Text() {}

  static @Nullable String encode(@Nullable String text) {
    if (text == null || (text.indexOf('\0') < 0 && text.indexOf(MARK) < 0)) {
      return text;
    }
    return text.replace("" + MARK, "" + MARK + LITERAL).replace("\0", "" + MARK + MARK);
  }

  static @Nullable String decode(@Nullable String text) {
    if (text == null || text.indexOf(MARK) < 0) {
      return text;
    }
    StringBuilder decoded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      decoded.append(c != MARK ? c : text.charAt(++i) == LITERAL ? MARK : '\0');
    }
    return decoded.toString();
  }

  /** A name to look for. One with U+0000 is nobody's: names have no control characters. */
  static String name(String name) {
    return name.indexOf('\0') < 0 ? name : NO_NAME;
  }
}
