package dev.parley.storage.rocksdb;

import dev.parley.model.Agent;
import dev.parley.storage.AgentQuery;
import dev.parley.storage.SessionFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Finds the agents that a filter leaves. */
@FunctionalInterface
interface AgentIds {
  /** Those of the moment of {@code view}, for reads that share it. */
  AgentIds OF_VIEW = AgentIds::ofView;

  List<UUID> find(View view, SessionFilter filter);

  /** Those that there are now, which are in memory. */
  static AgentIds present(Directory directory) {
    return (view, filter) -> {
      UUID agentId = filter.agentId();
      if (agentId == null) {
        AgentQuery all = new AgentQuery(filter.owner(), null, Integer.MAX_VALUE);
        return directory.list(all).stream().map(Agent::agentId).toList();
      }
      Agent agent = directory.agent(agentId);
      return agent != null && isLeft(filter, agent) ? List.of(agentId) : List.of();
    };
  }

  private static List<UUID> ofView(View view, SessionFilter filter) {
    UUID agentId = filter.agentId();
    if (agentId != null) {
      byte[] value = view.get(Family.DIRECTORY, Keys.agent(agentId));
      return value != null && isLeft(filter, Records.toAgent(agentId, value))
          ? List.of(agentId)
          : List.of();
    }
    List<UUID> ids = new ArrayList<>();
    byte[] agents = {Keys.AGENT};
    try (Scan scan = view.scan(Family.DIRECTORY, agents)) {
      for (scan.seek(agents); scan.isValid(); scan.next()) {
        UUID id = Keys.directoryIdOf(scan.key());
        if (isLeft(filter, Records.toAgent(id, scan.value()))) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  private static boolean isLeft(SessionFilter filter, Agent agent) {
    return filter.owner() == null || filter.owner().equals(agent.owner());
  }
}
