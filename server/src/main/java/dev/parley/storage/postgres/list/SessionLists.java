package dev.parley.storage.postgres.list;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.table.AgentTable;
import dev.parley.storage.postgres.table.SessionLocationTable;
import dev.parley.storage.postgres.table.SessionTable;
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
import java.util.List;
import java.util.UUID;

/**
 * Lists sessions of one or of several agents. On a distributed database, each agent has its own
 * statement, so that the statement runs on one shard.
 */
public final class SessionLists {
  private static final int ROWS_AT_ONCE = 256;
  private static final UUID FIRST_ID = new UUID(0, 0);

  private static final UUID LAST_ID = new UUID(-1, -1);
  private static final Instant LONG_AGO = Instant.ofEpochSecond(-100_000_000_000L);
  private static final Instant FAR_AHEAD = Micros.toInstant(Long.MAX_VALUE);

  private final boolean distributed;

  /**
   * Creates an instance.
   *
   * @param distributed whether each agent needs its own statement
   */
  public SessionLists(boolean distributed) {
    this.distributed = distributed;
  }

  /** Whether each agent needs its own statement. */
  public boolean isDistributed() {
    return distributed;
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
        sessions.sort(query.order().sessions());
        trim(sessions, query);
      }
    }
    return sessions;
  }

  /** Reads a page of the sessions of these agents with one statement. */
  private static List<Session> page(
      ReadTransaction transaction, List<UUID> agents, SessionQuery query) throws SQLException {
    List<Session> sessions = new ArrayList<>();
    long[] bytes = {0};
    try (BoundStatement statement = transaction.statement(sql(agents, query))) {
      bind(statement, agents, query)
          .forEachRow(
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

  static Sql sql(List<UUID> agents, SessionQuery query) {
    return SessionPart.of(query.filter()).page(query, agents.size() == 1);
  }

  static BoundStatement bind(BoundStatement statement, List<UUID> agents, SessionQuery query)
      throws SQLException {
    UUID one = agents.size() == 1 ? agents.get(0) : null;
    if (one == null) {
      statement.withIds(agents);
    } else {
      statement.with(one);
    }
    SessionPart part = SessionPart.of(query.filter());
    bindPage(statement, query);
    if (one != null && part.namesAgentTwice(query)) {
      statement.with(one);
    }
    boolean union = part.isUnion(query);
    if (union) {
      if (one != null) {
        statement.with(one);
      }
      bindPage(statement, query);
    }
    return one == null || union ? statement.with(query.limit()) : statement;
  }

  /** Binds the filter, the position and the limit of a page, which may be one of two. */
  private static void bindPage(BoundStatement statement, SessionQuery query) throws SQLException {
    SessionPart.of(query.filter()).bind(statement, query.filter());
    Cursor after = query.after() == null ? beforeAll(query) : query.after();
    var unused =
        statement.with(after.time()).with(after.time()).with(after.sessionId()).with(query.limit());
  }

  /** The position before the first session. */
  private static Cursor beforeAll(SessionQuery query) {
    return query.order().ascending()
        ? new Cursor(LONG_AGO, LAST_ID)
        : new Cursor(FAR_AHEAD, FIRST_ID);
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
      if (holder != null && filter.matchesProfile(holder.profile())) {
        sessions.add(holder);
      }
    }
    sessions.sort(ListOrder.NEWEST_FIRST);
    return sessions;
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
