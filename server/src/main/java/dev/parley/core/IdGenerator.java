package dev.parley.core;

import java.util.UUID;

/** Makes the ids that callers leave to the server. */
public interface IdGenerator {
  /** A new uuid. */
  UUID uuid();

  /** A new session key: {@code api:} and 12 hexadecimal digits. */
  default String sessionKey() {
    return "api:" + twelveDigits();
  }

  /** A new run id: {@code run_} and 12 hexadecimal digits. */
  default String runId() {
    return "run_" + twelveDigits();
  }

  private String twelveDigits() {
    String hex = uuid().toString();
    return hex.substring(hex.length() - 12);
  }

  /** Random ids. */
  static IdGenerator random() {
    return UUID::randomUUID;
  }
}
