package dev.parley.storage.postgres;

import java.time.Duration;

/**
 * How one server uses the shared store.
 *
 * @param connections how many connections it holds at most, 8..1000
 * @param patience how long the database may take to answer before it counts as unavailable, at
 *     least a second
 * @param waitingMax calls that may wait for a connection, at least 1
 * @param waitingAppendsMax appends that may wait for the next commit, at least 1
 * @param waitingAppendBytesMax how many bytes these may hold together, at least 1
 */
public record PostgresSettings(
    int connections,
    Duration patience,
    int waitingMax,
    int waitingAppendsMax,
    long waitingAppendBytesMax) {

  /** For a database that is shared with a few other servers. */
  public static final PostgresSettings DEFAULTS =
      new PostgresSettings(16, Duration.ofSeconds(10), 4_096, 4_096, 64L * 1024 * 1024);

  public PostgresSettings {
    require(connections >= 8 && connections <= 1_000, "connections must be 8..1000");
    require(patience.toSeconds() >= 1, "patience must be at least a second");
    require(waitingMax >= 1, "waitingMax must be at least 1");
    require(waitingAppendsMax >= 1, "waitingAppendsMax must be at least 1");
    require(waitingAppendBytesMax >= 1, "waitingAppendBytesMax must be at least 1");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
