package dev.parley.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.model.Sha256;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The secret of a key: {@code g_root_}, {@code g_master_} or {@code g_agent_} and 48 hexadecimal
 * digits in lower case.
 *
 * @param text the secret itself
 */
public record KeySecret(String text) {
  /** What every key begins with, and no token of a user. */
  static final String PREFIX = "g_";

  private static final Pattern FORM = Pattern.compile("g_(root|master|agent)_[0-9a-f]{48}");
  private static final int RANDOM_BYTES = 24;

  public KeySecret {
    if (!isWellFormed(text)) {
      throw new IllegalArgumentException("Not a key.");
    }
  }

  /** Whose key it is. */
  public enum Kind {
    ROOT,
    MASTER,
    AGENT
  }

  /** A new secret. */
  public static KeySecret random(Kind kind, SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    String prefix =
        switch (kind) {
          case ROOT -> "g_root_";
          case MASTER -> "g_master_";
          case AGENT -> "g_agent_";
        };
    return new KeySecret(prefix + HexFormat.of().formatHex(bytes));
  }

  /** Whether {@code text} could be a key at all. */
  public static boolean isWellFormed(String text) {
    return FORM.matcher(text).matches();
  }

  /** Whether it is a root key. */
  public boolean isRoot() {
    return text.startsWith("g_root_");
  }

  /** What is stored of it. */
  public Sha256 hash() {
    return Sha256.of(text.getBytes(US_ASCII));
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return "***";
  }
}
