package dev.parley.api.json;

import java.util.Locale;

/**
 * Handles unpaired surrogates: one half of a surrogate pair without the other. A JSON string can
 * contain one as an escape. A protobuf string cannot, because it is UTF-8.
 */
public final class Surrogates {
  private static final char REPLACEMENT = '\uFFFD';

  private Surrogates() {}

  /** Returns the index of the first unpaired surrogate; -1 if {@code text} has none. */
  static int firstUnpaired(String text) {
    return firstUnpaired(text, 0);
  }

  private static int firstUnpaired(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!isPair(text, i)) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  private static boolean isPair(String text, int i) {
    return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
  }

  /**
   * Replaces each unpaired surrogate by U+FFFD, so that a JSON string fits into a protobuf string.
   */
  public static String replaceUnpaired(String text) {
    int at = firstUnpaired(text);
    if (at < 0) {
      return text;
    }
    StringBuilder replaced = new StringBuilder(text);
    for (; at >= 0; at = firstUnpaired(text, at + 1)) {
      replaced.setCharAt(at, REPLACEMENT);
    }
    return replaced.toString();
  }

  /**
   * Replaces each unpaired surrogate in JSON text by an escape such as {@code \ud83d}, so that it
   * can be encoded as UTF-8 without loss.
   */
  public static String escapeUnpaired(String json) {
    int at = firstUnpaired(json);
    if (at < 0) {
      return json;
    }
    StringBuilder escaped = new StringBuilder(json.length() + 16);
    int done = 0;
    for (; at >= 0; at = firstUnpaired(json, at + 1)) {
      escaped
          .append(json, done, at)
          .append(String.format(Locale.ROOT, "\\u%04x", (int) json.charAt(at)));
      done = at + 1;
    }
    return escaped.append(json, done, json.length()).toString();
  }
}
