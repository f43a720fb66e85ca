package dev.parley.testing.memory;

import dev.parley.model.ApiKey;
import dev.parley.model.Sha256;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.rules.MasterKeys;
import dev.parley.storage.rules.StoreErrors;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The writes of API keys. Each checks everything before it changes anything. */
record ApiKeyWrites(InMemoryData data, InMemoryWrites writes) {

  static Optional<ApiKey> find(InMemoryData data, Sha256 secretHash) {
    return data.apiKeys.values().stream()
        .filter(key -> key.secretHash().equals(secretHash))
        .findFirst();
  }

  ApiKey create(ApiKey key, boolean replace, AuditContext audit) {
    requireLiveCaller(audit, key.createTime());
    if (key.agentId() != null) {
      writes.requireAgent(key.agentId());
    }
    if (data.apiKeys.containsKey(key.keyId()) || find(data, key.secretHash()).isPresent()) {
      throw new IllegalArgumentException("A key with this id or secret already exists.");
    }
    if (key.isMaster()) {
      List<ApiKey> replaced = MasterKeys.replacedBy(key, ofOwner(key.owner()));
      if (!replaced.isEmpty() && !replace) {
        throw StoreErrors.masterKeyExists(replaced);
      }
      revoke(replaced, key.createTime(), audit);
    }
    writes.addAuditEntry(audit.entryFor(key));
    return put(key);
  }

  ApiKey revoke(UUID keyId, Instant now, AuditContext audit) {
    ApiKey key = Optional.ofNullable(data.apiKeys.get(keyId)).orElseThrow(this::notFound);
    if (key.revokeTime() != null) {
      // The agent keys that are live now belong to a later master key.
      return key;
    }
    ApiKey revoked = put(key.revoked(now));
    if (key.isMaster()) {
      revoke(MasterKeys.revokedWith(key, ofOwner(key.owner()), now), now, audit);
    }
    writes.addAuditEntry(audit.entryFor(key));
    return revoked;
  }

  ApiKey rotate(UUID keyId, ApiKey successor, Instant end, AuditContext audit) {
    requireLiveCaller(audit, successor.createTime());
    ApiKey key =
        Optional.ofNullable(data.apiKeys.get(keyId))
            .filter(found -> found.isLive(successor.createTime()))
            .orElseThrow(this::notFound);
    put(key.expiringBy(end));
    writes.addAuditEntry(audit.entryFor(key, successor));
    return put(successor);
  }

  private void requireLiveCaller(AuditContext audit, Instant now) {
    UUID caller = audit.actor().keyId();
    if (caller != null) {
      MasterKeys.requireLive(data.apiKeys.get(caller), now);
    }
  }

  int noteUses(Map<UUID, Instant> times) {
    int changed = 0;
    for (Map.Entry<UUID, Instant> use : times.entrySet()) {
      ApiKey before = data.apiKeys.get(use.getKey());
      if (before != null && !put(before.withLastUse(use.getValue())).equals(before)) {
        changed++;
      }
    }
    return changed;
  }

  /** Revokes keys together with another key. */
  private void revoke(List<ApiKey> keys, Instant time, AuditContext audit) {
    for (ApiKey key : keys) {
      put(key.revoked(time));
      writes.addAuditEntry(audit.revocationOf(key));
    }
  }

  /** The keys of an owner and of its agents. */
  private List<ApiKey> ofOwner(String owner) {
    return data.apiKeys.values().stream().filter(key -> key.owner().equals(owner)).toList();
  }

  ApiKey put(ApiKey key) {
    ApiKey stored = StoredTimes.of(key);
    data.apiKeys.put(stored.keyId(), stored);
    return stored;
  }

  private RuntimeException notFound() {
    return StoreErrors.apiKeyNotFound();
  }
}
