package dev.parley.storage.rocksdb;

import dev.parley.model.Act;
import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.storage.ApiKeyQuery;
import dev.parley.storage.Changes;
import dev.parley.storage.Refusals;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What is done to agents. */
final class AgentWrites {
  private final Database database;
  private final Directory directory;
  private final SessionRows rows;

  AgentWrites(Database database, Directory directory, SessionRows rows) {
    this.database = database;
    this.directory = directory;
    this.rows = rows;
  }

  Agent create(Batch batch, Agent agent, Act act) {
    UUID agentId = agent.agentId();
    if (directory.agent(agentId) != null) {
      throw Refusals.agentExists();
    }
    byte[] value = Records.ofAgent(agent);
    Agent stored = Records.toAgent(agentId, value);
    batch.put(Family.DIRECTORY, Keys.agent(agentId), value);
    AuditWrites.put(batch, act.on(stored));
    batch.onCommit(() -> directory.put(stored));
    return stored;
  }

  Agent update(Batch batch, UUID agentId, UnaryOperator<Agent> change, Act act) {
    Agent before = directory.agent(agentId);
    if (before == null) {
      throw Refusals.agentNotFound();
    }
    byte[] value = Records.ofAgent(Changes.of(before, change));
    Agent after = Records.toAgent(agentId, value);
    if (after.equals(before)) {
      return before;
    }
    batch.put(Family.DIRECTORY, Keys.agent(agentId), value);
    AuditWrites.put(batch, act.on(after));
    batch.onCommit(() -> directory.put(after));
    return after;
  }

  /** Looks at what is committed, and so has to be the first write of its batch. */
  boolean delete(Batch batch, UUID agentId, Act act) {
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
    removePlaces(batch, agentId);
    for (Family family : Family.OF_SESSIONS) {
      batch.deleteAll(family, Keys.agentRows(agentId));
    }
    batch.deleteAll(Family.INDEXES, Keys.slots(agentId));
    AuditWrites.put(batch, act.on(agent));
    batch.onCommit(() -> directory.remove(agent, keys));
    return true;
  }

  /** Takes an agent's sessions, as committed, out of all lists: one by one, as they may be many. */
  private void removePlaces(Batch batch, UUID agentId) {
    byte[] prefix = Keys.agentRows(agentId);
    try (View view = database.view();
        Scan scan = view.scan(Family.SESSIONS, prefix)) {
      for (scan.seek(prefix); scan.isValid(); scan.next()) {
        UUID sessionId = Keys.sessionIdOf(scan.key());
        rows.removePlaces(batch, Records.toSession(agentId, sessionId, scan.value()));
      }
    }
  }
}
