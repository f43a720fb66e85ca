package dev.parley.storage.postgres.list;

import dev.parley.model.Session;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.rules.Micros;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The table {@code session_label}: the labels of active sessions, with the times of the session.
 */
public final class SessionLabelTable {
  private static final Sql INSERT =
      Sql.ofAgent(
          """
          INSERT INTO session_label (agent_id, session_id, name, value, create_time, update_time)
          VALUES (?, ?, ?, ?, ?, ?)
          """);

  private static final Sql TOUCH =
      Sql.ofAgent(
          """
          UPDATE session_label
          SET update_time = grown.update_time
          FROM unnest(?::uuid[], ?::bigint[]) AS grown (session_id, update_time)
          WHERE session_label.agent_id = ? AND session_label.session_id = ANY (?)
            AND session_label.session_id = grown.session_id
          """);

  private static final Sql DELETE =
      Sql.ofAgent(
          """
          DELETE FROM session_label
          WHERE agent_id = ? AND session_id = ANY (?)
          """);

  private SessionLabelTable() {}

  /** Adds the labels of new sessions. Archived ones are left out. */
  static void add(Connection connection, Collection<Session> sessions) throws SQLException {
    List<Session> labelled =
        sessions.stream().filter(each -> !each.isArchived() && hasLabels(each)).toList();
    if (labelled.isEmpty()) {
      return;
    }
    try (BoundStatement statement = new BoundStatement(connection, INSERT)) {
      for (Session session : labelled) {
        for (Map.Entry<String, String> label : session.profile().labels().entrySet()) {
          statement
              .with(session.agentId())
              .with(session.sessionId())
              .withText(label.getKey())
              .withText(label.getValue())
              .with(session.createTime())
              .with(session.updateTime())
              .addToBatch();
        }
      }
      statement.runBatch();
    }
  }

  /** Records that a session was archived or restored, or that its labels changed. */
  static void update(Connection connection, Session before, Session after) throws SQLException {
    if (before.isArchived() == after.isArchived()
        && before.profile().labels().equals(after.profile().labels())) {
      return;
    }
    if (hasLabels(before)) {
      remove(connection, after.agentId(), List.of(after.sessionId()));
    }
    add(connection, List.of(after));
  }

  /** Sets the update times of sessions of an agent after appends. */
  public static void touch(Connection connection, UUID agentId, Collection<Session> updated)
      throws SQLException {
    List<Session> labelled = updated.stream().filter(SessionLabelTable::hasLabels).toList();
    if (labelled.isEmpty()) {
      return;
    }
    List<UUID> ids = labelled.stream().map(Session::sessionId).toList();
    try (BoundStatement statement = new BoundStatement(connection, TOUCH)) {
      statement
          .withIds(ids)
          .withNumbers(labelled.stream().map(each -> Micros.of(each.updateTime())).toList())
          .with(agentId)
          .withIds(ids)
          .update();
    }
  }

  static void remove(Connection connection, UUID agentId, Collection<UUID> sessionIds)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, DELETE)) {
      statement.with(agentId).withIds(sessionIds).update();
    }
  }

  private static boolean hasLabels(Session session) {
    return !session.profile().labels().isEmpty();
  }
}
