package dev.parley.storage.postgres.write;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.change.Change;
import dev.parley.storage.postgres.table.AgentTable;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Reads and writes the rows that a batch of appends needs, by agent. */
interface AppendRows {
  /**
   * Whether sessions that are missing can be created. Their location can be on another node than
   * the agent.
   */
  boolean createsSessions();

  /** Locks agents against deletion until the transaction ends. */
  Map<UUID, AgentTable.HeldAgent> lockHomes(Set<UUID> agentIds) throws SQLException;

  /** The active sessions that hold these keys. They are not locked. */
  Map<UUID, List<UUID>> findIds(Map<UUID, Set<String>> keys) throws SQLException;

  /** Locks sessions until the transaction ends. */
  List<Session> lock(Map<UUID, Set<UUID>> sessionIds) throws SQLException;

  /** Passes the stored messages with these ids to {@code found}, with their sessions. */
  void findMessages(Map<UUID, Map<UUID, Set<String>>> messageIds, BiConsumer<UUID, Message> found)
      throws SQLException;

  /**
   * Writes the new counts of locked sessions, new messages, and entries of the change log.
   *
   * @param updated the sessions, by agent; an agent may have messages but no sessions here
   * @param messages the messages, by agent and session
   * @param changes the entries, in the order in which they are added
   */
  void write(
      Map<UUID, ? extends Collection<Session>> updated,
      Map<UUID, Map<UUID, List<Message>>> messages,
      List<Change> changes)
      throws SQLException;
}
