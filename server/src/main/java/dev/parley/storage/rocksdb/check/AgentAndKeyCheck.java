package dev.parley.storage.rocksdb.check;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Sha256;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.Records;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Checks agents and API keys, which are few enough to keep in memory. */
final class AgentAndKeyCheck {
  private static final int KEY_BYTES = 17;

  private final CheckObserver observer;
  private final Map<UUID, Agent> agents = new HashMap<>();
  private final List<ApiKey> apiKeys = new ArrayList<>();

  AgentAndKeyCheck(CheckObserver observer) {
    this.observer = observer;
  }

  /** The agents found, by id. */
  Map<UUID, Agent> agents() {
    return agents;
  }

  /** The number of keys found. */
  long keys() {
    return apiKeys.size();
  }

  void run(DatabaseSnapshot snapshot) {
    try (Scan scan = snapshot.scan(ColumnFamily.DIRECTORY, new byte[0])) {
      for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
        read(scan.key(), scan.value());
      }
    }
    Map<Sha256, UUID> bySecret = new HashMap<>();
    for (ApiKey key : apiKeys) {
      String where = "key " + key.keyId();
      UUID other = bySecret.putIfAbsent(key.secretHash(), key.keyId());
      if (other != null) {
        observer.found("has the secret of another key", where + ", key " + other);
      }
      Agent agent = key.agentId() == null ? null : agents.get(key.agentId());
      if (key.agentId() != null && agent == null) {
        observer.found("belongs to no agent", where + " of agent " + key.agentId());
      } else if (agent != null && !agent.owner().equals(key.owner())) {
        observer.found("has another owner than its agent", where + " of agent " + key.agentId());
      }
    }
  }

  private void read(byte[] key, byte[] value) {
    if (key.length != KEY_BYTES || (key[0] != Keys.AGENT && key[0] != Keys.API_KEY)) {
      observer.found("an entry with an unknown key format", "directory");
      return;
    }
    UUID id = Keys.directoryIdOf(key);
    String name = (key[0] == Keys.AGENT ? "agent " : "key ") + id;
    try {
      if (key[0] == Keys.AGENT) {
        agents.put(id, Records.toAgent(id, value));
      } else {
        apiKeys.add(Records.toApiKey(id, value));
      }
    } catch (RuntimeException e) {
      observer.found("its record cannot be read", name);
    }
  }
}
