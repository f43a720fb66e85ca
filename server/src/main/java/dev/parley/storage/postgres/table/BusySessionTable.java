package dev.parley.storage.postgres.table;

import dev.parley.model.Session;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.rules.Micros;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Busy sessions: sessions that receive appends in close succession. Their update time is in the
 * column {@code busy_update_time}, which no index has, so an append writes no index entry of the
 * table {@code session}. The indexed column {@code update_time} has an earlier time. Lists by
 * update time read all busy sessions of an agent, and merge them with the others.
 */
public final class BusySessionTable {
  /** The longest time between two appends to a busy session. */
  public static final Duration PAUSE_MAX = Duration.ofMinutes(5);

  /**
   * The longest time that {@code update_time} is behind. Older servers on the same database know
   * this time only.
   */
  public static final Duration LAG_MAX = Duration.ofHours(1);

  /**
   * The least time to live of a busy session. Older servers may delete it as much too early as
   * {@code update_time} is behind.
   */
  private static final Duration TTL_MIN = Duration.ofDays(1);

  /** The update time of a session, busy or not. */
  public static final String UPDATE_TIME =
      "GREATEST(session.update_time, session.busy_update_time)";

  /** Whether a session is busy after appends, which a row {@code grown} describes. */
  private static final String BUSY =
      "(grown.may_be_busy AND session.head_sequence > 0 AND grown.update_time < %s + %d AND %s)"
          .formatted(
              UPDATE_TIME,
              Micros.of(PAUSE_MAX),
              "grown.update_time < session.update_time + " + Micros.of(LAG_MAX));

  /** Sets the columns that appends change, from a row {@code grown}. */
  static final String SET_COUNTS =
      """
      SET update_time = CASE WHEN %1$s THEN session.update_time ELSE grown.update_time END,
        busy_update_time = CASE WHEN %1$s THEN grown.update_time END,
        busy = %1$s,
        head_sequence = grown.head_sequence, spoken_count = grown.spoken_count"""
          .formatted(BUSY);

  private static final Sql LIST_IDLE =
      Sql.everywhere(
          """
          SELECT agent_id, session_id
          FROM session
          WHERE busy AND archive_time IS NULL AND %s < ?
          LIMIT ?
          """
              .formatted(UPDATE_TIME));

  private static final Sql END =
      Sql.ofAgent(
          """
          UPDATE session
          SET update_time = %s, busy_update_time = NULL, busy = false
          WHERE agent_id = ? AND session_id = ANY (?)
          """
              .formatted(UPDATE_TIME));

  private BusySessionTable() {}

  /**
   * Whether a session may be busy. One with labels may not, because the table of labels has its
   * update time, too.
   */
  public static boolean mayBeBusy(Session session) {
    Duration ttl = session.profile().expiry().ttl();
    return session.profile().labels().isEmpty() && (ttl == null || ttl.compareTo(TTL_MIN) >= 0);
  }

  /** The busy sessions without an append since a time, by agent. */
  public static Map<UUID, Collection<UUID>> listIdle(
      ReadTransaction transaction, Instant since, int limit) throws SQLException {
    Map<UUID, Collection<UUID>> idle = new LinkedHashMap<>();
    try (BoundStatement statement = transaction.statement(LIST_IDLE)) {
      statement
          .with(since)
          .with(limit)
          .all(row -> idle.computeIfAbsent(row.id(), id -> new TreeSet<>()).add(row.id()));
    }
    return idle;
  }

  /**
   * Ends the busy state of sessions of an agent that have had no append since a time. Skips
   * sessions that another transaction has locked.
   */
  public static int endIdle(
      Connection connection, UUID agentId, Collection<UUID> sessionIds, Instant since)
      throws SQLException {
    List<UUID> idle =
        SessionLocks.lockAvailable(connection, agentId, sessionIds).stream()
            .filter(session -> session.updateTime().isBefore(since))
            .map(Session::sessionId)
            .toList();
    return idle.isEmpty() ? 0 : end(connection, agentId, idle);
  }

  /** Ends the busy state of locked sessions. */
  public static int end(Connection connection, UUID agentId, Collection<UUID> sessionIds)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, END)) {
      return statement.with(agentId).withIds(sessionIds).update();
    }
  }
}
