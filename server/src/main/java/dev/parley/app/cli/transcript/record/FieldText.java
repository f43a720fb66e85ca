package dev.parley.app.cli.transcript.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.json.Surrogates;
import dev.parley.model.Sha256;
import java.util.HexFormat;

/** Fits texts of other programs into fields of Parley. */
public final class FieldText {
  /** The maximum length of keys, ids and labels, in characters. */
  public static final int CHARACTERS_MAX = 255;

  private static final int HASH_BYTES = 8;

  private FieldText() {}

  /** Whether a text can be a key or an id. */
  public static boolean isName(String text) {
    return !text.isEmpty()
        && text.codePointCount(0, text.length()) <= CHARACTERS_MAX
        && text.codePoints().noneMatch(Character::isISOControl)
        && Surrogates.replaceUnpaired(text).equals(text);
  }

  /**
   * A key or an id from a text: the text itself, if it can be one, else its printable characters
   * and a hash.
   */
  public static String name(String text) {
    return isName(text) ? text : withSuffix(text, "~" + hash(text));
  }

  /** A text with a suffix, shortened so that both fit. */
  public static String withSuffix(String text, String suffix) {
    StringBuilder name = new StringBuilder();
    Surrogates.replaceUnpaired(text)
        .codePoints()
        .filter(character -> !Character.isISOControl(character))
        .limit(CHARACTERS_MAX - suffix.length())
        .forEach(name::appendCodePoint);
    return name.append(suffix).toString();
  }

  /** The first {@code limit} characters of a text. */
  public static String cut(String text, int limit) {
    String whole = Surrogates.replaceUnpaired(text);
    return whole.codePointCount(0, whole.length()) <= limit
        ? whole
        : whole.substring(0, whole.offsetByCodePoints(0, limit));
  }

  /** A short hash that is the same for equal texts. */
  public static String hash(String text) {
    byte[] hash = Sha256.of(Surrogates.escapeUnpaired(text).getBytes(UTF_8)).bytes();
    return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
  }
}
