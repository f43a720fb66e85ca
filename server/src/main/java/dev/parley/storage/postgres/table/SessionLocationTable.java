package dev.parley.storage.postgres.table;

import dev.parley.model.Session;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code session_location} and {@code user_agent}: the agent of a session, and the
 * agents of a user's sessions.
 */
public final class SessionLocationTable {
  private static final Sql INSERT_LOCATION =
      Sql.ofLocation(
          """
          INSERT INTO session_location (session_id, agent_id)
          VALUES (?, ?)
          """);

  private static final Sql FIND_LOCATION =
      Sql.ofLocation(
          """
          SELECT agent_id
          FROM session_location
          WHERE session_id = ?
          """);

  private static final Sql DELETE_LOCATION =
      Sql.ofLocation(
          """
          DELETE FROM session_location
          WHERE session_id = ?
          """);

  private static final Sql AGENTS_OF_USER =
      Sql.ofUser(
          """
          SELECT agent_id
          FROM user_agent
          WHERE owner = ? AND user_id = ?
          ORDER BY agent_id
          """);

  private static final Sql INCREMENT =
      Sql.ofUser(
          """
          INSERT INTO user_agent (owner, user_id, agent_id, session_count)
          VALUES (?, ?, ?, 1)
          ON CONFLICT (owner, user_id, agent_id)
            DO UPDATE SET session_count = user_agent.session_count + 1
          """);

  private static final Sql DECREMENT =
      Sql.ofUser(
          """
          UPDATE user_agent
          SET session_count = session_count - 1
          WHERE owner = ? AND user_id = ? AND agent_id = ?
          """);

  private static final Sql DELETE_USER =
      Sql.ofUser(
          """
          DELETE FROM user_agent
          WHERE owner = ? AND user_id = ? AND agent_id = ? AND session_count = 0
          """);

  private SessionLocationTable() {}

  /** The agent of a session, or null. */
  public static @Nullable UUID find(Connection connection, UUID sessionId) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, FIND_LOCATION)) {
      return statement.with(sessionId).first(Row::id);
    }
  }

  /** The agents with sessions of a user. */
  public static List<UUID> agents(Connection connection, String owner, String user)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, AGENTS_OF_USER)) {
      return statement.withText(owner).withText(user).all(Row::id);
    }
  }

  /** Adds new sessions of an agent whose owner is {@code owner}. */
  public static void add(Connection connection, String owner, Collection<Session> sessions)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, INSERT_LOCATION)) {
      for (Session session : sessions) {
        statement.with(session.sessionId()).with(session.agentId()).addToBatch();
      }
      statement.runBatch();
    }
    List<Session> ofUsers =
        sessions.stream()
            .filter(session -> session.profile().user() != null)
            .sorted((a, b) -> user(a).compareTo(user(b)))
            .toList();
    try (BoundStatement statement = new BoundStatement(connection, INCREMENT)) {
      for (Session session : ofUsers) {
        statement.withText(owner).withText(user(session)).with(session.agentId()).addToBatch();
      }
      statement.runBatch();
    }
  }

  /**
   * Records that a session's user changed, was set or was removed. The rows are updated in the
   * order of users, so that two transactions cannot deadlock.
   */
  public static void move(Connection connection, String owner, Session before, Session after)
      throws SQLException {
    String left = before.profile().user();
    String joined = after.profile().user();
    boolean leavesFirst = left != null && (joined == null || left.compareTo(joined) < 0);
    if (left != null && leavesFirst) {
      removeUser(connection, owner, left, before.agentId());
    }
    if (joined != null) {
      run(connection, INCREMENT, owner, joined, after.agentId());
    }
    if (left != null && !leavesFirst) {
      removeUser(connection, owner, left, before.agentId());
    }
  }

  public static void remove(Connection connection, String owner, Session session)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, DELETE_LOCATION)) {
      statement.with(session.sessionId()).update();
    }
    if (session.profile().user() != null) {
      removeUser(connection, owner, user(session), session.agentId());
    }
  }

  private static void removeUser(Connection connection, String owner, String user, UUID agentId)
      throws SQLException {
    run(connection, DECREMENT, owner, user, agentId);
    run(connection, DELETE_USER, owner, user, agentId);
  }

  private static void run(Connection connection, Sql sql, String owner, String user, UUID agentId)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, sql)) {
      statement.withText(owner).withText(user).with(agentId).update();
    }
  }

  private static String user(Session session) {
    return Objects.requireNonNull(session.profile().user());
  }
}
