package dev.parley.storage.rocksdb;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.storage.ApiKeyQuery;
import java.util.List;
import java.util.UUID;

/** What is done to agents. */
final class AgentWrites {
  private final Directory directory;

  AgentWrites(Directory directory) {
    this.directory = directory;
  }

  Agent create(Batch batch, Agent agent) {
    UUID agentId = agent.agentId();
    if (directory.agent(agentId) != null) {
      throw Refusals.agentExists();
    }
    byte[] value = Records.ofAgent(agent);
    Agent stored = Records.toAgent(agentId, value);
    batch.put(Family.DIRECTORY, Keys.agent(agentId), value);
    batch.onCommit(() -> directory.put(stored));
    return stored;
  }

  boolean delete(Batch batch, UUID agentId) {
    Agent agent = directory.agent(agentId);
    if (agent == null) {
      return false;
    }
    List<ApiKey> keys =
        directory.list(new ApiKeyQuery(null, null, Integer.MAX_VALUE)).stream()
            .filter(key -> agentId.equals(key.agentId()))
            .toList();
    batch.delete(Family.DIRECTORY, Keys.agent(agentId));
    keys.forEach(key -> batch.delete(Family.DIRECTORY, Keys.apiKey(key.keyId())));
    batch.deleteAll(Family.SESSIONS, Keys.agentRows(agentId));
    batch.deleteAll(Family.MESSAGES, Keys.agentRows(agentId));
    batch.deleteAll(Family.MESSAGE_IDS, Keys.agentRows(agentId));
    batch.deleteAll(Family.INDEXES, Keys.slots(agentId));
    batch.deleteAll(Family.INDEXES, Keys.list(agentId, false));
    batch.deleteAll(Family.INDEXES, Keys.list(agentId, true));
    batch.onCommit(() -> directory.remove(agent, keys));
    return true;
  }
}
