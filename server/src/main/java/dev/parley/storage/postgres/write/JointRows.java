package dev.parley.storage.postgres.write;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.change.Change;
import dev.parley.storage.postgres.table.AgentTable;
import dev.parley.storage.postgres.table.AppendTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Uses one statement for all agents. Does not wait for locks of other transactions. Only for
 * databases that are not distributed.
 */
record JointRows(Connection connection, BusySessions busySessions) implements AppendRows {
  @Override
  public boolean createsSessions() {
    return true;
  }

  @Override
  public Map<UUID, AgentTable.HeldAgent> lockHomes(Set<UUID> agentIds) throws SQLException {
    return AppendTable.tryLockHomes(connection, agentIds);
  }

  @Override
  public Map<UUID, List<UUID>> findIds(Map<UUID, Set<String>> keys) throws SQLException {
    return AppendTable.findIds(connection, keys);
  }

  @Override
  public List<Session> lock(Map<UUID, Set<UUID>> sessionIds) throws SQLException {
    return AppendTable.lockAvailable(connection, sessionIds);
  }

  @Override
  public void findMessages(
      Map<UUID, Map<UUID, Set<String>>> messageIds, BiConsumer<UUID, Message> found)
      throws SQLException {
    List<AppendTable.WantedMessage> wanted = new ArrayList<>();
    messageIds.forEach(
        (agentId, sessions) ->
            sessions.forEach(
                (sessionId, ids) ->
                    ids.forEach(
                        id -> wanted.add(new AppendTable.WantedMessage(agentId, sessionId, id)))));
    AppendTable.findMessages(connection, wanted, found);
  }

  @Override
  public void write(
      Map<UUID, ? extends Collection<Session>> updated,
      Map<UUID, Map<UUID, List<Message>>> messages,
      List<Change> changes)
      throws SQLException {
    Map<UUID, List<Message>> all = new LinkedHashMap<>();
    List<UUID> agentIds = new ArrayList<>();
    messages.forEach(
        (agentId, sessions) ->
            sessions.forEach(
                (sessionId, ofSession) -> {
                  all.put(sessionId, ofSession);
                  ofSession.forEach(message -> agentIds.add(agentId));
                }));
    List<Session> sessions = new ArrayList<>();
    updated.values().forEach(sessions::addAll);
    AppendTable.write(connection, sessions, busySessions.admit(sessions), changes, all, agentIds);
  }
}
