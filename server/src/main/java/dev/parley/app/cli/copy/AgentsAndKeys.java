package dev.parley.app.cli.copy;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.ApiKeyQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * All agents and keys of a store, by id, in the order of their ids. They fit in memory.
 *
 * @param agents the agents
 * @param keys the keys
 */
record AgentsAndKeys(Map<UUID, Agent> agents, Map<UUID, ApiKey> keys) {
  private static final int PAGE = 1_000;

  static AgentsAndKeys of(Store store) {
    Map<UUID, Agent> agents = new LinkedHashMap<>();
    UUID after = null;
    List<Agent> page;
    do {
      page =
          FutureResults.of(store.listAgents(new AgentQuery(null, after, PAGE), Cancellation.NONE));
      for (Agent agent : page) {
        agents.put(agent.agentId(), agent);
        after = agent.agentId();
      }
    } while (page.size() == PAGE);
    return new AgentsAndKeys(agents, keys(store));
  }

  private static Map<UUID, ApiKey> keys(Store store) {
    Map<UUID, ApiKey> keys = new LinkedHashMap<>();
    UUID after = null;
    List<ApiKey> page;
    do {
      page =
          FutureResults.of(
              store.listApiKeys(new ApiKeyQuery(null, after, PAGE), Cancellation.NONE));
      for (ApiKey key : page) {
        keys.put(key.keyId(), key);
        after = key.keyId();
      }
    } while (page.size() == PAGE);
    return keys;
  }
}
