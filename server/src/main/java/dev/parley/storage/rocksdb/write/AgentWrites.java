package dev.parley.storage.rocksdb.write;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.Records;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.rules.UpdateRules;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Writes agents. */
public final class AgentWrites {
  private final Database database;
  private final AgentAndKeyCache cache;
  private final SessionRows rows;

  public AgentWrites(Database database, AgentAndKeyCache cache, SessionRows rows) {
    this.database = database;
    this.cache = cache;
    this.rows = rows;
  }

  public Agent create(Batch batch, Agent agent, AuditContext audit) {
    UUID agentId = agent.agentId();
    if (cache.agent(agentId) != null) {
      throw StoreErrors.agentExists();
    }
    byte[] value = Records.ofAgent(agent);
    Agent stored = Records.toAgent(agentId, value);
    batch.put(ColumnFamily.DIRECTORY, Keys.agent(agentId), value);
    AuditWrites.put(batch, audit.entryFor(stored));
    batch.onCommit(() -> cache.put(stored));
    return stored;
  }

  public Agent update(Batch batch, UUID agentId, UnaryOperator<Agent> change, AuditContext audit) {
    Agent before = cache.agent(agentId);
    if (before == null) {
      throw StoreErrors.agentNotFound();
    }
    byte[] value = Records.ofAgent(UpdateRules.apply(before, change));
    Agent after = Records.toAgent(agentId, value);
    if (after.equals(before)) {
      return before;
    }
    batch.put(ColumnFamily.DIRECTORY, Keys.agent(agentId), value);
    AuditWrites.put(batch, audit.entryFor(after));
    batch.onCommit(() -> cache.put(after));
    return after;
  }

  /** Reads committed data without the batch, so it must be the first write of its batch. */
  public boolean delete(Batch batch, UUID agentId, AuditContext audit) {
    Agent agent = cache.agent(agentId);
    if (agent == null) {
      return false;
    }
    List<ApiKey> keys =
        cache.list(new ApiKeyQuery(null, null, Integer.MAX_VALUE)).stream()
            .filter(key -> agentId.equals(key.agentId()))
            .toList();
    batch.delete(ColumnFamily.DIRECTORY, Keys.agent(agentId));
    keys.forEach(key -> batch.delete(ColumnFamily.DIRECTORY, Keys.apiKey(key.keyId())));
    removeIndexEntries(batch, agentId);
    for (ColumnFamily family : ColumnFamily.OF_SESSIONS) {
      batch.deletePrefix(family, Keys.agentRows(agentId));
    }
    batch.deletePrefix(ColumnFamily.INDEXES, IndexKeys.slots(agentId));
    batch.deletePrefix(ColumnFamily.CHANGES, Keys.agentRows(agentId));
    AuditWrites.put(batch, audit.entryFor(agent));
    batch.onCommit(() -> cache.remove(agent, keys));
    return true;
  }

  /**
   * Removes the index entries of an agent's committed sessions and runs. This is done one by one,
   * because there may be many.
   */
  private void removeIndexEntries(Batch batch, UUID agentId) {
    byte[] prefix = Keys.agentRows(agentId);
    try (DatabaseSnapshot snapshot = database.snapshot();
        Scan scan = snapshot.scan(ColumnFamily.SESSIONS, prefix)) {
      for (scan.seek(prefix); scan.isValid(); scan.next()) {
        rows.removeIndexEntries(
            batch, SessionRecords.toSession(scan.key(), scan.value()).session());
      }
    }
    byte[] runs = RunIndexKeys.ofAgent(agentId);
    try (DatabaseSnapshot snapshot = database.snapshot();
        Scan scan = snapshot.scan(ColumnFamily.INDEXES, runs)) {
      for (scan.seek(runs); scan.isValid(); scan.next()) {
        batch.singleDelete(ColumnFamily.INDEXES, scan.key());
      }
    }
  }
}
