package dev.parley.storage.postgres.write;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.postgres.list.SessionIndexes;
import dev.parley.storage.postgres.table.AgentTable;
import dev.parley.storage.postgres.table.ApiKeyTable;
import dev.parley.storage.postgres.table.SessionLocationTable;
import dev.parley.storage.postgres.table.SessionLocks;
import dev.parley.storage.postgres.table.SessionTable;
import dev.parley.storage.postgres.table.TransferTable;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.transfer.StoredRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Writes entities as they are, for copies of whole stores. The agent is locked while its data is
 * written.
 */
public final class TransferWrites {
  private TransferWrites() {}

  public static Agent putAgent(Connection connection, Agent agent) throws SQLException {
    Agent before = AgentTable.find(connection, List.of(agent.agentId())).get(agent.agentId());
    if (before == null) {
      return AgentTable.add(connection, agent);
    }
    if (!before.equalsExceptProfile(AgentTable.asStored(agent))) {
      throw StoreErrors.agentExists();
    }
    return AgentTable.update(
        connection, agent.agentId(), stored -> stored.withProfile(agent.profile()), null);
  }

  public static int putApiKeys(Connection connection, List<ApiKey> keys) throws SQLException {
    List<UUID> agentIds =
        keys.stream().map(ApiKey::agentId).filter(Objects::nonNull).distinct().sorted().toList();
    for (UUID agentId : agentIds) {
      lock(connection, agentId);
    }
    ApiKeyTable.put(connection, keys);
    return keys.size();
  }

  public static int remove(Connection connection, UUID agentId, Set<UUID> sessionIds)
      throws SQLException {
    AgentTable.HeldAgent home = AgentTable.lock(connection, agentId);
    if (home == null) {
      return 0;
    }
    List<Session> known = SessionLocks.lock(connection, agentId, sessionIds);
    removeRows(connection, home.owner(), agentId, known);
    TransferTable.deleteContents(connection, agentId, sessionIds);
    return known.size();
  }

  public static int putMessages(
      Connection connection, UUID agentId, Map<UUID, List<Message>> messages) throws SQLException {
    lock(connection, agentId);
    return TransferTable.putMessages(connection, agentId, messages);
  }

  public static int putRuns(Connection connection, UUID agentId, List<StoredRun> runs)
      throws SQLException {
    lock(connection, agentId);
    return TransferTable.putRuns(connection, agentId, runs);
  }

  public static int putSessions(Connection connection, UUID agentId, List<Session> sessions)
      throws SQLException {
    String owner = lock(connection, agentId);
    Map<UUID, Session> wanted = new HashMap<>();
    List<String> keys = new ArrayList<>();
    for (Session session : sessions) {
      wanted.put(session.sessionId(), session);
      if (!session.isArchived()) {
        keys.add(session.key());
      }
    }
    List<Session> changed = new ArrayList<>();
    Set<UUID> known = new HashSet<>(wanted.keySet());
    known.addAll(SessionTable.findIds(connection, agentId, keys));
    for (Session before : SessionLocks.lock(connection, agentId, known)) {
      Session after = wanted.get(before.sessionId());
      if (after == null) {
        throw StoreErrors.keyInUse(before.key(), before.sessionId());
      }
      if (after.equals(before)) {
        wanted.remove(before.sessionId());
      } else {
        changed.add(before);
      }
    }
    // Remove all changed sessions first, because they may exchange keys.
    removeRows(connection, owner, agentId, changed);
    List<Session> added = new ArrayList<>(wanted.values());
    added.sort(Comparator.comparing(Session::sessionId));
    if (!added.isEmpty()) {
      TransferTable.insertSessions(connection, agentId, added);
      SessionIndexes.add(connection, added);
      SessionLocationTable.add(connection, owner, added);
    }
    return added.size();
  }

  private static void removeRows(
      Connection connection, String owner, UUID agentId, List<Session> sessions)
      throws SQLException {
    if (sessions.isEmpty()) {
      return;
    }
    List<UUID> sessionIds = sessions.stream().map(Session::sessionId).toList();
    TransferTable.deleteSessions(connection, agentId, sessionIds);
    SessionIndexes.remove(connection, agentId, sessionIds);
    List<Session> byUser = new ArrayList<>(sessions);
    byUser.sort(
        Comparator.comparing(
            session -> session.profile().user(), Comparator.nullsFirst(String::compareTo)));
    for (Session session : byUser) {
      SessionLocationTable.remove(connection, owner, session);
    }
  }

  private static String lock(Connection connection, UUID agentId) throws SQLException {
    AgentTable.HeldAgent home = AgentTable.lock(connection, agentId);
    if (home == null) {
      throw StoreErrors.agentNotFound();
    }
    return home.owner();
  }
}
