package dev.parley.storage.postgres.table;

import dev.parley.model.Session;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The indexes of the table {@code session} by times at which something expires: {@code due_time}
 * for the session, and {@code lease_due_time} for its leases.
 */
public final class ExpiredSessions {
  private static final UUID FIRST_ID = new UUID(0, 0);

  private static final Sql LIST = list("due_time", "");
  private static final Sql LIST_LEASES = list("lease_due_time", " AND archive_time IS NULL");

  private static final Sql RESCHEDULE =
      Sql.ofAgent(
          """
          UPDATE session
          SET due_time =
            CASE WHEN archive_time IS NULL THEN LEAST(expire_time, %s + ttl) END
          WHERE agent_id = ? AND session_id = ANY (?)
          """
              .formatted(BusySessionTable.UPDATE_TIME));

  private ExpiredSessions() {}

  private static Sql list(String time, String condition) {
    return Sql.everywhere(
        """
        SELECT %1$s, %2$s
        FROM session
        WHERE %1$s <= ? AND (%1$s, session_id) > (?, ?)%3$s
        ORDER BY %1$s, session_id
        LIMIT ?
        """
            .formatted(time, SessionTable.SELECTED, condition));
  }

  /** A session with its indexed time. */
  private record IndexedSession(Instant time, Session session) {}

  public static ExpiredPage list(ReadTransaction transaction, ExpiredQuery query)
      throws SQLException {
    return list(transaction, LIST, query);
  }

  /** The sessions with leases that expire up to a time. */
  public static ExpiredPage listLeases(ReadTransaction transaction, ExpiredQuery query)
      throws SQLException {
    return list(transaction, LIST_LEASES, query);
  }

  private static ExpiredPage list(ReadTransaction transaction, Sql sql, ExpiredQuery query)
      throws SQLException {
    Cursor after = query.after();
    List<IndexedSession> rows;
    try (BoundStatement statement = transaction.statement(sql)) {
      rows =
          statement
              .with(query.until())
              .with(after == null ? Instant.EPOCH : after.time())
              .with(after == null ? FIRST_ID : after.sessionId())
              .with(query.limit() + 1)
              .all(row -> new IndexedSession(row.time(), SessionTable.map(row)));
    }
    boolean more = rows.size() > query.limit();
    List<IndexedSession> page = more ? rows.subList(0, query.limit()) : rows;
    List<Session> sessions =
        page.stream()
            .map(IndexedSession::session)
            .filter(each -> query.agentId() == null || query.agentId().equals(each.agentId()))
            .toList();
    return new ExpiredPage(sessions, more ? cursorOf(page.get(page.size() - 1)) : null);
  }

  private static Cursor cursorOf(IndexedSession filed) {
    return new Cursor(filed.time(), filed.session().sessionId());
  }

  /**
   * Skips sessions that another transaction has locked, because that transaction may rewrite the
   * index.
   */
  public static int rescheduleExpiry(Connection connection, UUID agentId, Set<UUID> sessionIds)
      throws SQLException {
    List<UUID> free =
        SessionLocks.lockAvailable(connection, agentId, sessionIds).stream()
            .map(Session::sessionId)
            .toList();
    try (BoundStatement statement = new BoundStatement(connection, RESCHEDULE)) {
      return statement.with(agentId).withIds(free).update();
    }
  }
}
