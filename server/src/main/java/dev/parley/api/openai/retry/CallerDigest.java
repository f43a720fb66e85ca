package dev.parley.api.openai.retry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Sha256;
import java.util.HexFormat;

/** Hashes texts of a caller, so that those of other callers have other hashes. */
final class CallerDigest {
  private CallerDigest() {}

  /** The first hexadecimal digits of the hash, at most 64. */
  static String digits(String caller, String text, int count) {
    // The length separates the caller from the text.
    String all = caller.length() + "/" + caller + "/" + text;
    return HexFormat.of().formatHex(Sha256.of(all.getBytes(UTF_8)).bytes()).substring(0, count);
  }
}
