package dev.parley.storage.postgres;

import java.time.Duration;

/**
 * The resource limits of a server that uses a shared store.
 *
 * @param connections the maximum number of connections, 8..1000
 * @param appendQueues how many queues commit appends, each with a connection, 1..64; at least one
 *     connection is left for other writes
 * @param patience how long the database may take to answer before it counts as unavailable, at
 *     least a second
 * @param waitingMax how many calls may wait for a connection, at least 1
 * @param waitingAppendsMax how many appends may wait for the next commit, at least 1
 * @param waitingAppendBytesMax how many bytes these appends may hold together, at least 1
 */
public record PostgresSettings(
    int connections,
    int appendQueues,
    Duration patience,
    int waitingMax,
    int waitingAppendsMax,
    long waitingAppendBytesMax) {

  /** The limits for a database that a few servers share. */
  public static final PostgresSettings DEFAULTS =
      new PostgresSettings(16, 4, Duration.ofSeconds(10), 4_096, 4_096, 64L * 1024 * 1024);

  public PostgresSettings {
    require(connections >= 8 && connections <= 1_000, "connections must be 8..1000");
    require(appendQueues >= 1 && appendQueues <= 64, "appendQueues must be 1..64");
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
