package dev.parley.storage.postgres.list;

import dev.parley.model.Session;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The table {@code session_creation}: active sessions by create time. It is a table of its own,
 * because each append writes all indexes of the table {@code session}.
 */
final class SessionCreationTable {
  private static final Sql PUT =
      Sql.ofAgent(
          """
          INSERT INTO session_creation (agent_id, session_id, create_time, user_id, client)
          VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (agent_id, session_id)
            DO UPDATE SET create_time = excluded.create_time, user_id = excluded.user_id,
              client = excluded.client
          """);

  private static final Sql DELETE =
      Sql.ofAgent(
          """
          DELETE FROM session_creation
          WHERE agent_id = ? AND session_id = ANY (?)
          """);

  private SessionCreationTable() {}

  /** Adds new sessions. Archived ones are left out. */
  static void add(Connection connection, Collection<Session> sessions) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, PUT)) {
      for (Session session : sessions) {
        if (!session.isArchived()) {
          statement
              .with(session.agentId())
              .with(session.sessionId())
              .with(session.createTime())
              .withText(session.profile().user())
              .withText(session.profile().client())
              .addToBatch();
        }
      }
      statement.runBatch();
    }
  }

  /** Records that a session was archived or restored, or that its user or client changed. */
  static void update(Connection connection, Session before, Session after) throws SQLException {
    if (before.isArchived() == after.isArchived()
        && Objects.equals(before.profile().user(), after.profile().user())
        && Objects.equals(before.profile().client(), after.profile().client())) {
      return;
    }
    if (after.isArchived()) {
      remove(connection, after.agentId(), List.of(after.sessionId()));
    } else {
      add(connection, List.of(after));
    }
  }

  static void remove(Connection connection, UUID agentId, Collection<UUID> sessionIds)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, DELETE)) {
      statement.with(agentId).withIds(sessionIds).update();
    }
  }
}
