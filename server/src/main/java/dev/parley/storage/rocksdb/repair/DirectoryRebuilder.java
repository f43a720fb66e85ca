package dev.parley.storage.rocksdb.repair;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.rocksdb.codec.AuditKeys;
import dev.parley.storage.rocksdb.codec.AuditRecords;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.Records;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Rebuilds agents and API keys, which are few enough to keep in memory, and the audit log. */
final class DirectoryRebuilder {
  /** The owner of an agent whose owner is lost. */
  static final String UNKNOWN_OWNER = "recovered";

  private static final int KEY_BYTES = 17;
  private static final int AUDIT_ENTRIES_AT_ONCE = 256;

  private final DamagedDatabase source;
  private final TargetWriter target;
  private final Loss.Receiver losses;
  private final Map<UUID, Agent> agents = new HashMap<>();
  private final List<ApiKey> apiKeys = new ArrayList<>();

  DirectoryRebuilder(DamagedDatabase source, TargetWriter target, Loss.Receiver losses) {
    this.source = source;
    this.target = target;
    this.losses = losses;
  }

  int agentCount() {
    return agents.size();
  }

  int apiKeyCount() {
    return apiKeys.size();
  }

  /** Rebuilds agents and keys. */
  void rebuild() {
    try (TolerantScan scan = source.scan(ColumnFamily.DIRECTORY, new byte[0])) {
      for (byte[] key = scan.key(); key != null; key = scan.key()) {
        if (key.length == KEY_BYTES) {
          read(key, scan);
        }
        scan.step();
      }
    }
    agents.values().forEach(target::agent);
    for (ApiKey key : apiKeys) {
      if (key.agentId() != null) {
        requireAgent(key.agentId(), key.owner(), key.createTime());
      }
    }
    target.apiKeys(apiKeys);
  }

  private void read(byte[] key, TolerantScan scan) {
    UUID id = Keys.directoryIdOf(key);
    try {
      if (key[0] == Keys.AGENT) {
        agents.put(id, Records.toAgent(id, scan.value()));
      } else if (key[0] == Keys.API_KEY && scan.mayBeOutdated()) {
        // An older state could bring back a revoked key.
        losses.lost(
            Loss.of(
                Loss.Kind.KEY,
                null,
                id.toString(),
                "The key may have been revoked and was left out."));
      } else if (key[0] == Keys.API_KEY) {
        apiKeys.add(Records.toApiKey(id, scan.value()));
      }
    } catch (RuntimeException e) {
      boolean isAgent = key[0] == Keys.AGENT;
      losses.lost(
          Loss.of(
              isAgent ? Loss.Kind.AGENT : Loss.Kind.KEY,
              isAgent ? id : null,
              isAgent ? null : id.toString(),
              "The record cannot be read."));
    }
  }

  /** Creates the agent of data that exists if the agent itself is lost. */
  void requireAgent(UUID agentId, Instant createTime) {
    requireAgent(agentId, UNKNOWN_OWNER, createTime);
  }

  private void requireAgent(UUID agentId, String owner, Instant createTime) {
    if (agents.containsKey(agentId)) {
      return;
    }
    Agent agent = new Agent(agentId, owner, createTime, Agent.Profile.EMPTY);
    losses.lost(
        Loss.of(
            Loss.Kind.AGENT,
            agentId,
            null,
            "The agent is lost. It was created again for its keys or sessions, without its"
                + " names and default TTL"
                + (owner.equals(UNKNOWN_OWNER) ? " and without its owner." : ".")));
    agents.put(agentId, agent);
    target.agent(agent);
  }

  /** Rebuilds the audit log. Returns the number of entries. */
  long rebuildAuditLog() {
    long count = 0;
    List<AuditEntry> entries = new ArrayList<>();
    try (TolerantScan scan = source.scan(ColumnFamily.AUDIT, AuditKeys.ofAll())) {
      for (byte[] key = scan.key(); key != null; key = scan.key()) {
        if (AuditKeys.isValid(key)) {
          try {
            entries.add(AuditRecords.toEntry(key, scan.value()));
            count++;
          } catch (RuntimeException e) {
            String id = AuditKeys.idOf(key).toString();
            losses.lost(Loss.of(Loss.Kind.AUDIT_ENTRY, null, id, "The record cannot be read."));
          }
        }
        if (entries.size() == AUDIT_ENTRIES_AT_ONCE) {
          target.auditEntries(entries);
          entries = new ArrayList<>();
        }
        scan.step();
      }
    }
    target.auditEntries(entries);
    return count;
  }
}
