package dev.parley.core;

import java.util.UUID;

/** Generates the ids that callers do not choose. */
public interface IdGenerator {
  /** Generates a UUID. */
  UUID uuid();

  /** Generates a session key: {@code api:} and 12 hexadecimal digits. */
  default String sessionKey() {
    return "api:" + twelveDigits();
  }

  /** Generates a run id: {@code run_} and 12 hexadecimal digits. */
  default String runId() {
    return "run_" + twelveDigits();
  }

  private String twelveDigits() {
    String hex = uuid().toString();
    return hex.substring(hex.length() - 12);
  }

  /** A generator of random ids. */
  static IdGenerator random() {
    return UUID::randomUUID;
  }
}
