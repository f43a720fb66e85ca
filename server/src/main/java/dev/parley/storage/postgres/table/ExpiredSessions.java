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

/** The expiry index of the table {@code session}: its column {@code due_time}. */
public final class ExpiredSessions {
  private static final UUID FIRST_ID = new UUID(0, 0);

  private static final Sql LIST =
      Sql.everywhere(
          """
          SELECT due_time, %s
          FROM session
          WHERE due_time <= ? AND (due_time, session_id) > (?, ?)
          ORDER BY due_time, session_id
          LIMIT ?
          """
              .formatted(SessionTable.COLUMNS));

  private static final Sql RESCHEDULE =
      Sql.ofAgent(
          """
          UPDATE session
          SET due_time =
            CASE WHEN archive_time IS NULL THEN LEAST(expire_time, update_time + ttl) END
          WHERE agent_id = ? AND session_id = ANY (?)
          """);

  private ExpiredSessions() {}

  /** A session with its indexed time. */
  private record IndexedSession(Instant time, Session session) {}

  public static ExpiredPage list(ReadTransaction transaction, ExpiredQuery query)
      throws SQLException {
    Cursor after = query.after();
    List<IndexedSession> rows;
    try (BoundStatement statement = transaction.statement(LIST)) {
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
