package dev.parley.storage.postgres.table;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.change.Change;
import dev.parley.storage.postgres.change.ChangeTable;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.rules.MessageIds;
import dev.parley.storage.rules.Micros;
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
 * Statements for the appends of many agents, for databases that are not distributed. Rows are
 * looked up by their index, regardless of the planner's statistics. No statement waits for the lock
 * of another transaction.
 */
public final class AppendTable {
  private static final Sql TRY_LOCK_HOMES =
      Sql.ofAgents(
          """
          SELECT agent_id, owner, default_session_ttl
          FROM agent_home
          WHERE agent_id = ANY (?)
          ORDER BY agent_id
          FOR KEY SHARE SKIP LOCKED
          """);

  private static final Sql FIND_IDS =
      Sql.ofAgents(
          """
          SELECT wanted.agent_id, found.session_id
          FROM unnest(?::uuid[], ?::text[]) AS wanted (agent_id, key)
          CROSS JOIN LATERAL (
            SELECT session_id
            FROM session
            WHERE agent_id = wanted.agent_id AND key = wanted.key AND archive_time IS NULL
            LIMIT 1
          ) AS found
          """);

  private static final Sql LOCK_AVAILABLE =
      Sql.ofAgents(
          """
          SELECT available.*
          FROM unnest(?::uuid[], ?::uuid[]) AS wanted (agent_id, session_id)
          CROSS JOIN LATERAL (
            SELECT %s
            FROM session
            WHERE agent_id = wanted.agent_id AND session_id = wanted.session_id
            FOR NO KEY UPDATE SKIP LOCKED
          ) AS available
          """
              .formatted(SessionTable.SELECTED));

  private static final Sql FIND_MESSAGES =
      Sql.ofAgents(
          """
          SELECT wanted.session_id, %s
          FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::bigint[])
            AS wanted (agent_id, session_id, message_id, sequence)
          CROSS JOIN LATERAL (
          %s
          ) AS stored
          """
              .formatted(MessageTable.stored(), MessageTable.byId("wanted.agent_id")));

  /** One statement, so that the locked sessions and their messages take one round trip. */
  private static final Sql UPDATE_COUNTS_AND_INSERT =
      Sql.ofAgents(
          """
          WITH counted AS (
            UPDATE session
            %3$s
            FROM unnest(?::uuid[], ?::uuid[], ?::bigint[], ?::bigint[], ?::bigint[], ?::boolean[])
              AS grown
                (agent_id, session_id, update_time, head_sequence, spoken_count, may_be_busy)
            WHERE session.agent_id = grown.agent_id AND session.session_id = grown.session_id
          ), logged AS (
            %2$s
          )
          INSERT INTO message (session_id, %1$s, agent_id)
          SELECT session_id, %1$s, agent_id
          FROM unnest(?::uuid[], ?::bigint[], ?::text[], ?::smallint[], ?::boolean[], ?::bytea[],
              ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::uuid[])
            AS appended (session_id, %1$s, agent_id)
          """
              .formatted(
                  MessageTable.APPENDED, ChangeTable.INSERT_SOME, BusySessionTable.SET_COUNTS));

  private AppendTable() {}

  /** Locks agents against deletion, except those that another transaction is deleting. */
  public static Map<UUID, AgentTable.HeldAgent> tryLockHomes(
      Connection connection, Collection<UUID> agentIds) throws SQLException {
    Map<UUID, AgentTable.HeldAgent> homes = new HashMap<>();
    try (BoundStatement statement = new BoundStatement(connection, TRY_LOCK_HOMES)) {
      statement
          .withIds(agentIds)
          .all(
              row ->
                  homes.put(row.id(), new AgentTable.HeldAgent(row.text(), row.durationOrNull())));
    }
    return homes;
  }

  /** The active sessions that hold these keys, by agent. They are not locked. */
  public static Map<UUID, List<UUID>> findIds(Connection connection, Map<UUID, Set<String>> keys)
      throws SQLException {
    List<UUID> agentIds = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    forEach(keys, agentIds, wanted);
    Map<UUID, List<UUID>> found = new HashMap<>();
    try (BoundStatement statement = new BoundStatement(connection, FIND_IDS)) {
      statement
          .withIds(agentIds)
          .withTexts(wanted)
          .all(row -> found.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row.id()));
    }
    return found;
  }

  /** The sessions that exist and that no other transaction has locked, locked. */
  public static List<Session> lockAvailable(Connection connection, Map<UUID, Set<UUID>> sessions)
      throws SQLException {
    List<UUID> agentIds = new ArrayList<>();
    List<UUID> sessionIds = new ArrayList<>();
    forEach(sessions, agentIds, sessionIds);
    try (BoundStatement statement = new BoundStatement(connection, LOCK_AVAILABLE)) {
      return statement.withIds(agentIds).withIds(sessionIds).all(SessionTable::map);
    }
  }

  private static <T> void forEach(Map<UUID, Set<T>> values, List<UUID> agentIds, List<T> all) {
    values.forEach(
        (agentId, ofAgent) ->
            ofAgent.forEach(
                value -> {
                  agentIds.add(agentId);
                  all.add(value);
                }));
  }

  /** A message id that may be stored. */
  public record WantedMessage(UUID agentId, UUID sessionId, String messageId) {}

  /** Passes the requested messages that exist to {@code found}, with their sessions. */
  public static void findMessages(
      Connection connection, List<WantedMessage> wanted, BiConsumer<UUID, Message> found)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, FIND_MESSAGES)) {
      statement
          .withIds(wanted.stream().map(WantedMessage::agentId).toList())
          .withIds(wanted.stream().map(WantedMessage::sessionId).toList())
          .withTexts(wanted.stream().map(WantedMessage::messageId).toList())
          .withNumbers(
              wanted.stream().map(each -> MessageIds.sequenceOf(each.messageId())).toList())
          .all(
              row -> {
                UUID sessionId = row.id();
                Message message = MessageTable.map(row);
                found.accept(sessionId, message);
                return message;
              });
    }
  }

  /**
   * Writes the new counts of locked sessions, new messages, and entries of the change log.
   *
   * @param mayBeBusy for each session, whether it may be busy
   * @param messages the messages of each session
   * @param agentIds the agent of each of these messages, in the same order
   */
  public static void write(
      Connection connection,
      Collection<Session> updated,
      boolean[] mayBeBusy,
      List<Change> changes,
      Map<UUID, List<Message>> messages,
      List<UUID> agentIds)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, UPDATE_COUNTS_AND_INSERT)) {
      statement
          .withIds(updated.stream().map(Session::agentId).toList())
          .withIds(updated.stream().map(Session::sessionId).toList())
          .withNumbers(updated.stream().map(each -> Micros.of(each.updateTime())).toList())
          .withNumbers(updated.stream().map(Session::headSequence).toList())
          .withNumbers(updated.stream().map(Session::spokenCount).toList())
          .withFlags(mayBeBusy);
      ChangeTable.bind(statement, changes);
      MessageTable.bindRows(statement, messages);
      statement.withIds(agentIds).update();
    }
  }
}
