package dev.parley.storage.postgres.sql;

import org.jspecify.annotations.Nullable;

/**
 * Encodes text for PostgreSQL, which does not accept U+0000. It is encoded as two U+0001; U+0001
 * itself is encoded as U+0001 U+0002. Names do not contain control characters and so do not change.
 */
final class TextCodec {
  private static final char MARK = '\u0001';
  private static final char LITERAL = '\u0002';

  private TextCodec() {}

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
}
