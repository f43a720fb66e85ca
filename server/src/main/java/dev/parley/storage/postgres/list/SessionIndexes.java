package dev.parley.storage.postgres.list;

import dev.parley.model.Session;
import dev.parley.storage.postgres.table.BusySessionTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Writes the tables that index active sessions for lists. */
public final class SessionIndexes {
  private SessionIndexes() {}

  /** Adds new sessions. Archived ones are left out. */
  public static void add(Connection connection, Collection<Session> sessions) throws SQLException {
    SessionCreationTable.add(connection, sessions);
    SessionLabelTable.add(connection, sessions);
  }

  /**
   * Records that a session was archived or restored, or that its profile changed. With the new
   * profile, it may not be busy any more.
   */
  public static void update(Connection connection, Session before, Session after)
      throws SQLException {
    if (BusySessionTable.mayBeBusy(before) && !BusySessionTable.mayBeBusy(after)) {
      var unused = BusySessionTable.end(connection, after.agentId(), List.of(after.sessionId()));
    }
    SessionCreationTable.update(connection, before, after);
    SessionLabelTable.update(connection, before, after);
  }

  /** Removes a session. */
  public static void remove(Connection connection, Session session) throws SQLException {
    List<UUID> id = List.of(session.sessionId());
    SessionCreationTable.remove(connection, session.agentId(), id);
    if (!session.profile().labels().isEmpty()) {
      SessionLabelTable.remove(connection, session.agentId(), id);
    }
  }

  /** Removes sessions of an agent. */
  public static void remove(Connection connection, UUID agentId, Collection<UUID> sessionIds)
      throws SQLException {
    SessionCreationTable.remove(connection, agentId, sessionIds);
    SessionLabelTable.remove(connection, agentId, sessionIds);
  }
}
