package dev.parley.storage.postgres.table;

import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Locks rows of the table {@code session} until the transaction ends. */
public final class SessionLocks {
  private static final Sql LOCK =
      Sql.ofAgent(
          """
          SELECT %s
          FROM session
          WHERE agent_id = ? AND session_id = ?
          FOR NO KEY UPDATE
          """
              .formatted(SessionTable.SELECTED));

  private static final Sql LOCK_BY_KEY =
      Sql.ofAgent(
          """
          SELECT %s
          FROM session
          WHERE agent_id = ? AND key = ? AND archive_time IS NULL
          FOR NO KEY UPDATE
          """
              .formatted(SessionTable.SELECTED));

  /** In the order of ids, so that two transactions cannot deadlock. */
  private static final Sql LOCK_SOME = lockSome("");

  private static final Sql LOCK_AVAILABLE = lockSome(" SKIP LOCKED");

  private SessionLocks() {}

  private static Sql lockSome(String ifLocked) {
    return Sql.ofAgent(
        """
        SELECT %s
        FROM session
        WHERE agent_id = ? AND session_id = ANY (?)
        ORDER BY session_id
        FOR NO KEY UPDATE%s
        """
            .formatted(SessionTable.SELECTED, ifLocked));
  }

  /** The session, locked until the transaction ends. */
  public static @Nullable Session lock(Connection connection, SessionRef ref) throws SQLException {
    return SessionTable.find(connection, LOCK, LOCK_BY_KEY, ref);
  }

  /** The sessions that exist, locked until the transaction ends. */
  public static List<Session> lock(Connection connection, UUID agentId, Collection<UUID> ids)
      throws SQLException {
    return lock(connection, LOCK_SOME, agentId, ids);
  }

  /**
   * The sessions that exist and that no other transaction has locked; locked until the transaction
   * ends.
   */
  public static List<Session> lockAvailable(
      Connection connection, UUID agentId, Collection<UUID> ids) throws SQLException {
    return lock(connection, LOCK_AVAILABLE, agentId, ids);
  }

  private static List<Session> lock(
      Connection connection, Sql sql, UUID agentId, Collection<UUID> ids) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, sql)) {
      return statement.with(agentId).withIds(ids).all(SessionTable::map);
    }
  }
}
