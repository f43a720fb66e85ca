package dev.parley.storage.postgres.table;

import dev.parley.model.Agent;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Ids;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.rules.UpdateRules;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables {@code agent} and {@code agent_home}. */
public final class AgentTable {
  private static final String COLUMNS =
      "agent_id, owner, create_time, display_name, description, default_session_ttl";

  private static final Sql INSERT =
      Sql.ofDirectory(
          """
          INSERT INTO agent (%s)
          VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (agent_id) DO NOTHING
          """
              .formatted(COLUMNS));

  private static final Sql FIND =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM agent
          WHERE agent_id = ANY (?)
          """
              .formatted(COLUMNS));

  private static final Sql LIST =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM agent
          WHERE agent_id >= ?
          ORDER BY agent_id
          LIMIT ?
          """
              .formatted(COLUMNS));

  private static final Sql LIST_OF_OWNER =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM agent
          WHERE agent_id >= ? AND owner = ?
          ORDER BY agent_id
          LIMIT ?
          """
              .formatted(COLUMNS));

  private static final Sql INSERT_HOME =
      Sql.ofAgent(
          """
          INSERT INTO agent_home (agent_id, owner, default_session_ttl)
          VALUES (?, ?, ?)
          """);

  private static final Sql LOCK_FOR_UPDATE =
      Sql.ofDirectory(
          """
          SELECT %s
          FROM agent
          WHERE agent_id = ?
          FOR NO KEY UPDATE
          """
              .formatted(COLUMNS));

  private static final Sql UPDATE =
      Sql.ofDirectory(
          """
          UPDATE agent
          SET display_name = ?, description = ?, default_session_ttl = ?
          WHERE agent_id = ?
          """);

  private static final Sql UPDATE_HOME =
      Sql.ofAgent(
          """
          UPDATE agent_home
          SET default_session_ttl = ?
          WHERE agent_id = ?
          """);

  private static final Sql LOCK = lock("");
  private static final Sql TRY_LOCK = lock(" SKIP LOCKED");

  private static final Sql DELETE_HOME =
      Sql.ofAgent(
          """
          DELETE FROM agent_home
          WHERE agent_id = ?
          """);

  /**
   * Sessions first: deleting them waits for writers of these sessions, whose rows are then visible.
   */
  private static final List<Sql> DELETE_DATA =
      List.of(
          Sql.ofAgent("DELETE FROM session WHERE agent_id = ?"),
          Sql.ofAgent("DELETE FROM session_creation WHERE agent_id = ?"),
          Sql.ofAgent("DELETE FROM session_label WHERE agent_id = ?"),
          Sql.ofAgent("DELETE FROM message WHERE agent_id = ?"),
          Sql.ofAgent("DELETE FROM run WHERE agent_id = ?"),
          Sql.ofAgent("DELETE FROM run_context WHERE agent_id = ?"),
          Sql.ofAgent("DELETE FROM session_change WHERE agent_id = ?"),
          Sql.everywhere("DELETE FROM session_location WHERE agent_id = ?"),
          Sql.everywhere("DELETE FROM user_agent WHERE agent_id = ?"),
          Sql.ofDirectory("DELETE FROM api_key WHERE agent_id = ?"),
          Sql.ofDirectory("DELETE FROM agent WHERE agent_id = ?"));

  private AgentTable() {}

  private static Sql lock(String ifLocked) {
    return Sql.ofAgent(
        """
        SELECT owner, default_session_ttl
        FROM agent_home
        WHERE agent_id = ?
        FOR KEY SHARE%s
        """
            .formatted(ifLocked));
  }

  public static Agent create(Connection connection, Agent agent, AuditContext audit)
      throws SQLException {
    Agent stored = add(connection, agent);
    AuditTable.add(connection, audit.entryFor(stored));
    return stored;
  }

  /** Adds an agent as it is. Fails with {@code AGENT_EXISTS} if the id is in use. */
  public static Agent add(Connection connection, Agent agent) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, INSERT)) {
      statement
          .with(agent.agentId())
          .withText(agent.owner())
          .with(agent.createTime())
          .withText(agent.profile().displayName())
          .withText(agent.profile().description())
          .with(agent.defaultSessionTtl());
      if (statement.update() == 0) {
        throw StoreErrors.agentExists();
      }
    }
    try (BoundStatement statement = new BoundStatement(connection, INSERT_HOME)) {
      statement
          .with(agent.agentId())
          .withText(agent.owner())
          .with(agent.defaultSessionTtl())
          .update();
    }
    return asStored(agent);
  }

  public static Agent asStored(Agent agent) {
    Duration ttl = agent.defaultSessionTtl();
    return new Agent(
            agent.agentId(), agent.owner(), Micros.truncate(agent.createTime()), agent.profile())
        .withDefaultSessionTtl(ttl == null ? null : Micros.toDuration(Micros.of(ttl)));
  }

  /** Updates an agent. Adds an audit entry unless {@code audit} is null, as it is for copies. */
  public static Agent update(
      Connection connection,
      UUID agentId,
      UnaryOperator<Agent> change,
      @Nullable AuditContext audit)
      throws SQLException {
    Agent before;
    try (BoundStatement statement = new BoundStatement(connection, LOCK_FOR_UPDATE)) {
      before = statement.with(agentId).first(AgentTable::map);
    }
    if (before == null) {
      throw StoreErrors.agentNotFound();
    }
    Agent after = asStored(UpdateRules.apply(before, change));
    if (after.equals(before)) {
      return before;
    }
    try (BoundStatement statement = new BoundStatement(connection, UPDATE)) {
      statement
          .withText(after.profile().displayName())
          .withText(after.profile().description())
          .with(after.defaultSessionTtl())
          .with(agentId)
          .update();
    }
    if (!Objects.equals(after.defaultSessionTtl(), before.defaultSessionTtl())) {
      try (BoundStatement statement = new BoundStatement(connection, UPDATE_HOME)) {
        statement.with(after.defaultSessionTtl()).with(agentId).update();
      }
    }
    if (audit != null) {
      AuditTable.add(connection, audit.entryFor(after));
    }
    return after;
  }

  public static Map<UUID, Agent> find(Connection connection, Collection<UUID> ids)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, FIND)) {
      return statement.withIds(ids).all(AgentTable::map).stream()
          .collect(Collectors.toMap(Agent::agentId, Function.identity()));
    }
  }

  public static List<Agent> list(ReadTransaction transaction, AgentQuery query)
      throws SQLException {
    UUID from = Ids.after(query.after());
    if (from == null) {
      return List.of();
    }
    try (BoundStatement statement =
        transaction.statement(query.owner() == null ? LIST : LIST_OF_OWNER)) {
      statement.with(from);
      if (query.owner() != null) {
        statement.withText(query.owner());
      }
      return statement.with(query.limit()).all(AgentTable::map);
    }
  }

  /**
   * The data of a locked agent that writers of its sessions need.
   *
   * @param owner the owner
   * @param defaultSessionTtl see {@link Agent}
   */
  public record HeldAgent(String owner, @Nullable Duration defaultSessionTtl) {}

  /** Locks an agent against deletion until the transaction ends; null if it does not exist. */
  public static @Nullable HeldAgent lock(Connection connection, UUID agentId) throws SQLException {
    return lock(connection, LOCK, agentId);
  }

  /** Like {@link #lock}, but returns null also if another transaction is deleting the agent. */
  public static @Nullable HeldAgent tryLock(Connection connection, UUID agentId)
      throws SQLException {
    return lock(connection, TRY_LOCK, agentId);
  }

  private static @Nullable HeldAgent lock(Connection connection, Sql sql, UUID agentId)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, sql)) {
      return statement.with(agentId).first(row -> new HeldAgent(row.text(), row.durationOrNull()));
    }
  }

  /** Starts deleting an agent. Returns whether it existed. */
  public static boolean deleteHome(Connection connection, UUID agentId, AuditContext audit)
      throws SQLException {
    Agent agent = find(connection, List.of(agentId)).get(agentId);
    if (agent == null || delete(connection, DELETE_HOME, agentId) == 0) {
      return false;
    }
    AuditTable.add(connection, audit.entryFor(agent));
    return true;
  }

  /** Deletes all other data of an agent. */
  public static void deleteData(Connection connection, UUID agentId) throws SQLException {
    for (Sql sql : DELETE_DATA) {
      delete(connection, sql, agentId);
    }
  }

  private static int delete(Connection connection, Sql sql, UUID agentId) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, sql)) {
      return statement.with(agentId).update();
    }
  }

  private static Agent map(Row row) throws SQLException {
    return new Agent(
        row.id(),
        row.text(),
        row.time(),
        new Agent.Profile(row.textOrNull(), row.textOrNull(), row.durationOrNull()));
  }
}
