package dev.parley.storage.postgres.table;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.ListOrder;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.rules.Micros;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Lists sessions of one or of several agents. On a distributed database, each agent has its own
 * statement, so that the statement runs on one shard.
 */
public final class SessionLists {
  private static final int ROWS_AT_ONCE = 256;
  private static final UUID FIRST_ID = new UUID(0, 0);

  /**
   * The part of an agent's sessions that a filter selects. Each part has an index in the order of
   * the list.
   */
  public enum Part {
    ALL(""),
    OF_CLIENT(" AND client = ?"),
    OF_USER(" AND user_id = ?"),
    OF_USER_AND_CLIENT(" AND user_id = ? AND client = ?");

    private final Sql list;
    private final Sql listOfAgents;
    private final Sql archived;
    private final Sql archivedOfAgents;
    private final Sql keys;

    Part(String condition) {
      String active = "archive_time IS NULL" + condition;
      list = list("update_time", active);
      listOfAgents = listOfAgents("update_time", active);
      archived = list("archive_time", "archive_time IS NOT NULL" + condition);
      archivedOfAgents = listOfAgents("archive_time", "archive_time IS NOT NULL" + condition);
      keys =
          Sql.ofAgent(
              """
              SELECT key
              FROM session
              WHERE agent_id = ? AND archive_time IS NULL%s AND key > ?
              ORDER BY key
              LIMIT ?
              """
                  .formatted(condition));
    }

    private static Sql list(String time, String condition) {
      return Sql.ofAgent(
          """
          SELECT %1$s
          FROM session
          WHERE agent_id = ? AND %3$s AND %2$s <= ? AND (%2$s < ? OR session_id > ?)
          ORDER BY %2$s DESC, session_id
          LIMIT ?
          """
              .formatted(SessionTable.COLUMNS, time, condition));
    }

    /** Reads a page of each agent from its index and merges them. */
    private static Sql listOfAgents(String time, String condition) {
      return Sql.ofAgents(
          """
          SELECT %1$s
          FROM unnest(?::uuid[]) AS wanted (id)
          CROSS JOIN LATERAL (
            SELECT %1$s
            FROM session
            WHERE agent_id = wanted.id AND %3$s AND %2$s <= ? AND (%2$s < ? OR session_id > ?)
            ORDER BY %2$s DESC, session_id
            LIMIT ?
          ) AS listed
          ORDER BY %2$s DESC, session_id
          LIMIT ?
          """
              .formatted(SessionTable.COLUMNS, time, condition));
    }

    static Part of(SessionFilter filter) {
      if (filter.user() == null) {
        return filter.client() == null ? ALL : OF_CLIENT;
      }
      return filter.client() == null ? OF_USER : OF_USER_AND_CLIENT;
    }

    /** The keys after a given key, by code point. */
    Sql keys() {
      return keys;
    }

    void bind(BoundStatement statement, SessionFilter filter) throws SQLException {
      if (filter.user() != null) {
        statement.withText(filter.user());
      }
      if (filter.client() != null) {
        statement.withText(filter.client());
      }
    }
  }

  private static final Comparator<Session> LATEST_ARCHIVED_FIRST =
      Comparator.comparing(Session::archiveTime, Comparator.reverseOrder())
          .thenComparing(Session::sessionId, ListOrder.BY_ID);

  private final boolean distributed;

  /**
   * Creates an instance.
   *
   * @param distributed whether each agent needs its own statement
   */
  public SessionLists(boolean distributed) {
    this.distributed = distributed;
  }

  public List<Session> list(ReadTransaction transaction, SessionQuery query) throws SQLException {
    List<UUID> agents = agents(transaction, query.filter());
    if (agents.size() > 1 && !distributed) {
      return page(transaction, agents, query);
    }
    List<Session> sessions = new ArrayList<>();
    int read = 0;
    for (UUID agentId : agents) {
      sessions.addAll(page(transaction, List.of(agentId), query));
      if (++read > 1) {
        sessions.sort(query.archived() ? LATEST_ARCHIVED_FIRST : ListOrder.NEWEST_FIRST);
        trim(sessions, query);
      }
    }
    return sessions;
  }

  /** Reads a page of the sessions of these agents with one statement. */
  private static List<Session> page(
      ReadTransaction transaction, List<UUID> agents, SessionQuery query) throws SQLException {
    Part part = Part.of(query.filter());
    Cursor after = query.after();
    Instant time = after == null ? Micros.toInstant(Long.MAX_VALUE) : after.time();
    boolean one = agents.size() == 1;
    Sql sql =
        query.archived()
            ? one ? part.archived : part.archivedOfAgents
            : one ? part.list : part.listOfAgents;
    List<Session> sessions = new ArrayList<>();
    long[] bytes = {0};
    try (BoundStatement statement = transaction.statement(sql)) {
      if (one) {
        statement.with(agents.get(0));
      } else {
        statement.withIds(agents);
      }
      part.bind(statement, query.filter());
      statement
          .with(time)
          .with(time)
          .with(after == null ? FIRST_ID : after.sessionId())
          .with(query.limit());
      if (!one) {
        statement.with(query.limit());
      }
      statement.forEachRow(
          ROWS_AT_ONCE,
          SessionTable::map,
          session -> {
            sessions.add(session);
            bytes[0] += session.bytes();
            return bytes[0] <= query.bytesMax();
          });
    }
    return sessions;
  }

  private static void trim(List<Session> sessions, SessionQuery query) {
    long bytes = 0;
    int count = 0;
    while (count < sessions.size() && count < query.limit() && bytes <= query.bytesMax()) {
      bytes += sessions.get(count++).bytes();
    }
    sessions.subList(count, sessions.size()).clear();
  }

  /** The active sessions that hold {@code key}. */
  public static List<Session> find(ReadTransaction transaction, SessionFilter filter, String key)
      throws SQLException {
    List<Session> sessions = new ArrayList<>();
    for (UUID agentId : agents(transaction, filter)) {
      Session holder = SessionTable.holder(transaction, agentId, key);
      if (holder != null && matches(filter, holder)) {
        sessions.add(holder);
      }
    }
    sessions.sort(ListOrder.NEWEST_FIRST);
    return sessions;
  }

  private static boolean matches(SessionFilter filter, Session session) {
    Session.Profile profile = session.profile();
    return (filter.user() == null || filter.user().equals(profile.user()))
        && (filter.client() == null || filter.client().equals(profile.client()));
  }

  /** The agents with sessions that match the filter, and possibly other agents of the owner. */
  public static List<UUID> agents(ReadTransaction transaction, SessionFilter filter)
      throws SQLException {
    UUID agentId = filter.agentId();
    String owner = filter.owner();
    if (agentId != null) {
      if (owner == null) {
        return List.of(agentId);
      }
      Agent agent = AgentTable.find(transaction.connection(), List.of(agentId)).get(agentId);
      return agent != null && agent.owner().equals(owner) ? List.of(agentId) : List.of();
    }
    if (owner != null && filter.user() != null) {
      return SessionLocationTable.agents(transaction.connection(), owner, filter.user());
    }
    return AgentTable.list(transaction, new AgentQuery(owner, null, Integer.MAX_VALUE)).stream()
        .map(Agent::agentId)
        .toList();
  }
}
