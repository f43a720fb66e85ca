package dev.parley.storage.postgres.transaction;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which node of a distributed database has the rows of an agent. The nodes of up to {@value
 * #AGENTS_MAX} agents are remembered for a while, because shards can be moved. An outdated node
 * makes batches and failures concern more agents than necessary, and nothing else. On a database
 * that is not distributed, no node is known.
 */
public final class AgentNodes {
  private static final Logger log = LoggerFactory.getLogger(AgentNodes.class);

  private static final int AGENTS_MAX = 100_000;
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** Reads the metadata of Citus, which the coordinator has. */
  private static final Sql FIND =
      Sql.everywhere(
          """
          SELECT wanted.agent_id, placement.groupid
          FROM unnest(?::uuid[]) AS wanted (agent_id)
          JOIN pg_dist_placement AS placement
            ON shardid = get_shard_id_for_distribution_column('session', wanted.agent_id)
          """);

  /** Null if the database is not distributed. */
  private final @Nullable Cache<UUID, Known> nodeOf;

  private final Lookup lookup;
  private final ConcurrentSkipListSet<Integer> nodes = new ConcurrentSkipListSet<>();

  /**
   * A node.
   *
   * @param sinceNanos when it was looked up, by {@link System#nanoTime}
   */
  private record Known(int node, long sinceNanos) {}

  /** Finds the nodes of agents. */
  @FunctionalInterface
  interface Lookup {
    Map<UUID, Integer> find(Collection<UUID> agentIds);
  }

  private AgentNodes(@Nullable Cache<UUID, Known> nodeOf, Lookup lookup) {
    this.nodeOf = nodeOf;
    this.lookup = lookup;
  }

  /** For a database that is not distributed. */
  public static AgentNodes none() {
    return new AgentNodes(null, agentIds -> Map.of());
  }

  /** For a database that distributes agents. No agent is known at first. */
  public static AgentNodes of(Transactions transactions) {
    // The pool for appends, because stalled calls take connections of the other pools only.
    return of(agentIds -> transactions.writeBatch(connection -> find(connection, agentIds)));
  }

  static AgentNodes of(Lookup lookup) {
    return new AgentNodes(Caffeine.newBuilder().maximumSize(AGENTS_MAX).build(), lookup);
  }

  /** Whether the rows of different agents can be on different nodes. */
  public boolean isDistributed() {
    return nodeOf != null;
  }

  /** The node of an agent, or null if it is not known. */
  public @Nullable Integer of(UUID agentId) {
    Known known = nodeOf == null ? null : nodeOf.getIfPresent(agentId);
    return known == null ? null : known.node();
  }

  /** The nodes that are known, in ascending order. */
  public List<Integer> all() {
    return List.copyOf(nodes);
  }

  /** Looks up the node of an agent again. If this fails, it is not known. */
  void learnAgain(UUID agentId) {
    if (nodeOf != null) {
      nodeOf.invalidate(agentId);
      learn(List.of(agentId));
    }
  }

  /**
   * Looks up the nodes of agents that are not known, or were looked up a while ago. If this fails,
   * nothing changes.
   */
  public void learn(Collection<UUID> agentIds) {
    if (nodeOf == null) {
      return;
    }
    Cache<UUID, Known> cache = nodeOf;
    List<UUID> unknown = agentIds.stream().filter(id -> isOld(cache.getIfPresent(id))).toList();
    if (unknown.isEmpty()) {
      return;
    }
    try {
      Map<UUID, Integer> found = lookup.find(unknown);
      nodes.addAll(found.values());
      long now = System.nanoTime();
      found.forEach((agentId, node) -> cache.put(agentId, new Known(node, now)));
    } catch (RuntimeException e) {
      log.debug("The nodes of agents are not known.", e);
    }
  }

  private static boolean isOld(@Nullable Known known) {
    return known == null || System.nanoTime() - known.sinceNanos() > REMEMBERED.toNanos();
  }

  private static Map<UUID, Integer> find(Connection connection, Collection<UUID> agentIds)
      throws SQLException {
    Map<UUID, Integer> found = new HashMap<>();
    try (BoundStatement statement = new BoundStatement(connection, FIND)) {
      statement.withIds(agentIds).all(row -> found.put(row.id(), (int) row.number()));
    }
    return found;
  }
}
