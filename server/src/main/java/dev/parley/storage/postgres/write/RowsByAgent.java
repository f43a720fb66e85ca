package dev.parley.storage.postgres.write;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.change.Change;
import dev.parley.storage.postgres.change.ChangeTable;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.table.AgentTable;
import dev.parley.storage.postgres.table.MessageTable;
import dev.parley.storage.postgres.table.SessionLocks;
import dev.parley.storage.postgres.table.SessionTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Uses one statement per agent, so that each runs on the agent's shard.
 *
 * @param waitForLocks whether to wait for rows that another transaction has locked, or to skip them
 */
record RowsByAgent(Connection connection, BusySessions busySessions, boolean waitForLocks)
    implements AppendRows {
  private static final Sql UPDATE_COUNTS_AND_INSERT =
      SessionTable.UPDATE_COUNTS.then(MessageTable.INSERT);

  /** Only apart from others, because the location of a session can be on a node that is away. */
  @Override
  public boolean createsSessions() {
    return waitForLocks;
  }

  @Override
  public Map<UUID, AgentTable.HeldAgent> lockHomes(Set<UUID> agentIds) throws SQLException {
    Map<UUID, AgentTable.HeldAgent> homes = new HashMap<>();
    for (UUID agentId : agentIds) {
      AgentTable.HeldAgent home =
          waitForLocks
              ? AgentTable.lock(connection, agentId)
              : AgentTable.tryLock(connection, agentId);
      if (home != null) {
        homes.put(agentId, home);
      }
    }
    return homes;
  }

  @Override
  public Map<UUID, List<UUID>> findIds(Map<UUID, Set<String>> keys) throws SQLException {
    Map<UUID, List<UUID>> found = new HashMap<>();
    for (Map.Entry<UUID, Set<String>> each : keys.entrySet()) {
      found.put(each.getKey(), SessionTable.findIds(connection, each.getKey(), each.getValue()));
    }
    return found;
  }

  @Override
  public List<Session> lock(Map<UUID, Set<UUID>> sessionIds) throws SQLException {
    List<Session> locked = new ArrayList<>();
    for (Map.Entry<UUID, Set<UUID>> each : sessionIds.entrySet()) {
      locked.addAll(
          waitForLocks
              ? SessionLocks.lock(connection, each.getKey(), each.getValue())
              : SessionLocks.lockAvailable(connection, each.getKey(), each.getValue()));
    }
    return locked;
  }

  @Override
  public void findMessages(
      Map<UUID, Map<UUID, Set<String>>> messageIds, BiConsumer<UUID, Message> found)
      throws SQLException {
    for (Map.Entry<UUID, Map<UUID, Set<String>>> each : messageIds.entrySet()) {
      MessageTable.find(connection, each.getKey(), each.getValue(), found);
    }
  }

  @Override
  public void write(
      Map<UUID, ? extends Collection<Session>> updated,
      Map<UUID, Map<UUID, List<Message>>> messages,
      List<Change> changes)
      throws SQLException {
    for (Map.Entry<UUID, Map<UUID, List<Message>>> each : messages.entrySet()) {
      UUID agentId = each.getKey();
      Collection<Session> ofAgent = updated.get(agentId);
      Collection<Session> sessions = ofAgent == null ? List.of() : ofAgent;
      try (BoundStatement statement = new BoundStatement(connection, UPDATE_COUNTS_AND_INSERT)) {
        SessionTable.bindCounts(statement, agentId, sessions, busySessions.admit(sessions));
        MessageTable.bind(statement, agentId, each.getValue());
        statement.run();
      }
    }
    ChangeTable.add(connection, changes);
  }
}
