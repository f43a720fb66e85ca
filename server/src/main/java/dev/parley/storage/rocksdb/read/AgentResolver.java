package dev.parley.storage.rocksdb.read;

import dev.parley.model.Agent;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.Records;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Finds the agents that match a filter. */
@FunctionalInterface
public interface AgentResolver {
  /** Reads the agents from {@code snapshot}, for reads that share one state. */
  AgentResolver OF_SNAPSHOT = AgentResolver::ofSnapshot;

  List<UUID> find(DatabaseSnapshot snapshot, SessionFilter filter);

  /** Takes the present agents from the cache. */
  static AgentResolver fromCache(AgentAndKeyCache cache) {
    return (snapshot, filter) -> {
      UUID agentId = filter.agentId();
      if (agentId == null) {
        AgentQuery all = new AgentQuery(filter.owner(), null, Integer.MAX_VALUE);
        return cache.list(all).stream().map(Agent::agentId).toList();
      }
      Agent agent = cache.agent(agentId);
      return agent != null && matches(filter, agent) ? List.of(agentId) : List.of();
    };
  }

  private static List<UUID> ofSnapshot(DatabaseSnapshot snapshot, SessionFilter filter) {
    UUID agentId = filter.agentId();
    if (agentId != null) {
      byte[] value = snapshot.get(ColumnFamily.DIRECTORY, Keys.agent(agentId));
      return value != null && matches(filter, Records.toAgent(agentId, value))
          ? List.of(agentId)
          : List.of();
    }
    List<UUID> ids = new ArrayList<>();
    byte[] agents = {Keys.AGENT};
    try (Scan scan = snapshot.scan(ColumnFamily.DIRECTORY, agents)) {
      for (scan.seek(agents); scan.isValid(); scan.next()) {
        UUID id = Keys.directoryIdOf(scan.key());
        if (matches(filter, Records.toAgent(id, scan.value()))) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  private static boolean matches(SessionFilter filter, Agent agent) {
    return filter.owner() == null || filter.owner().equals(agent.owner());
  }
}
