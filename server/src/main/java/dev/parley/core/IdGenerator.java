package dev.parley.core;

import java.util.UUID;

/** Makes the ids that callers leave to the server. */
public interface IdGenerator {
  /** A new uuid. */
  UUID uuid();

  /** A new session key: {@code api:} and 12 hexadecimal digits. */
  default String sessionKey() {
    String hex = uuid().toString();
    return "api:" + hex.substring(hex.length() - 12);
  }

  /** Random ids. */
  static IdGenerator random() {
    return UUID::randomUUID;
  }
}
