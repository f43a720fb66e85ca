package dev.parley.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.model.Sha256;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * The secret of an API key: {@code g_root_}, {@code g_master_} or {@code g_agent_}, followed by 48
 * hexadecimal digits in lower case.
 *
 * @param text the secret
 */
public record KeySecret(String text) {
  /** The prefix of every key. User tokens never start with it. */
  static final String PREFIX = "g_";

  private static final int RANDOM_BYTES = 24;
  private static final List<Kind> KINDS = List.of(Kind.values());

  public KeySecret {
    if (!isWellFormed(text)) {
      throw new IllegalArgumentException("The text is not an API key.");
    }
  }

  /** The type of a key. */
  public enum Kind {
    ROOT("g_root_"),
    MASTER("g_master_"),
    AGENT("g_agent_");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }
  }

  /** Generates a secret. */
  public static KeySecret random(Kind kind, SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return new KeySecret(kind.prefix + HexFormat.of().formatHex(bytes));
  }

  /** Whether {@code text} has the format of a key. */
  public static boolean isWellFormed(String text) {
    for (Kind kind : KINDS) {
      if (text.startsWith(kind.prefix)) {
        return isHex(text, kind.prefix.length());
      }
    }
    return false;
  }

  private static boolean isHex(String text, int from) {
    if (text.length() != from + 2 * RANDOM_BYTES) {
      return false;
    }
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!HexFormat.isHexDigit(c) || Character.isUpperCase(c)) {
        return false;
      }
    }
    return true;
  }

  /** Whether this is a root key. */
  public boolean isRoot() {
    return text.startsWith(Kind.ROOT.prefix);
  }

  /** The hash of the secret, which is stored instead of the secret. */
  public Sha256 hash() {
    return Sha256.of(text.getBytes(US_ASCII));
  }

  /** Hides the secret. */
  @Override
  public String toString() {
    return "***";
  }
}
