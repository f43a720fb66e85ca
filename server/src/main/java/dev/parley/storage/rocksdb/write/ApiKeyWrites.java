package dev.parley.storage.rocksdb.write;

import dev.parley.model.ApiKey;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.Records;
import dev.parley.storage.rocksdb.engine.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rules.StoreErrors;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Writes API keys. */
public final class ApiKeyWrites {
  private final AgentAndKeyCache cache;

  public ApiKeyWrites(AgentAndKeyCache cache) {
    this.cache = cache;
  }

  public ApiKey create(Batch batch, ApiKey key, AuditContext audit) {
    if (key.agentId() != null && cache.agent(key.agentId()) == null) {
      throw StoreErrors.agentNotFound();
    }
    if (cache.key(key.keyId()) != null || cache.key(key.secretHash()) != null) {
      throw new IllegalArgumentException("A key with this id or secret already exists.");
    }
    List<ApiKey> changed = new ArrayList<>();
    changed.add(key);
    if (key.isMaster()) {
      List<ApiKey> live =
          ofOwner(key.owner()).stream().filter(older -> older.isLive(key.createTime())).toList();
      if (live.stream().anyMatch(ApiKey::isMaster)) {
        live.forEach(older -> changed.add(older.revoked(key.createTime())));
      }
    }
    AuditWrites.put(batch, audit.entryFor(key));
    return put(batch, changed);
  }

  public ApiKey revoke(Batch batch, UUID keyId, Instant now, AuditContext audit) {
    ApiKey key = cache.key(keyId);
    if (key == null) {
      throw StoreErrors.apiKeyNotFound();
    }
    if (key.revokeTime() != null) {
      // The agent keys that are live now belong to a later master key.
      return key;
    }
    List<ApiKey> changed = new ArrayList<>();
    changed.add(key.revoked(now));
    if (key.isMaster()) {
      List<ApiKey> live =
          ofOwner(key.owner()).stream()
              .filter(other -> other.isLive(now) && !other.keyId().equals(keyId))
              .toList();
      if (live.stream().noneMatch(ApiKey::isMaster)) {
        live.forEach(other -> changed.add(other.revoked(now)));
      }
    }
    AuditWrites.put(batch, audit.entryFor(key));
    return put(batch, changed);
  }

  public ApiKey rotate(Batch batch, UUID keyId, ApiKey successor, Instant end, AuditContext audit) {
    ApiKey key = cache.key(keyId);
    if (key == null || !key.isLive(successor.createTime())) {
      throw StoreErrors.apiKeyNotFound();
    }
    AuditWrites.put(batch, audit.entryFor(key, successor));
    return put(batch, List.of(successor, key.expiringBy(end)));
  }

  /** Records uses. Keys that no longer exist are ignored. */
  public int noteUses(Batch batch, Map<UUID, Instant> times) {
    List<ApiKey> used = new ArrayList<>();
    times.forEach(
        (keyId, time) -> {
          ApiKey key = cache.key(keyId);
          if (key != null && !key.withLastUse(time).equals(key)) {
            used.add(key.withLastUse(time));
          }
        });
    if (!used.isEmpty()) {
      put(batch, used);
    }
    return used.size();
  }

  /** Stores keys. Returns the first of them. */
  private ApiKey put(Batch batch, List<ApiKey> keys) {
    List<ApiKey> stored = new ArrayList<>(keys.size());
    for (ApiKey key : keys) {
      byte[] value = Records.ofApiKey(key);
      stored.add(Records.toApiKey(key.keyId(), value));
      batch.put(ColumnFamily.DIRECTORY, Keys.apiKey(key.keyId()), value);
    }
    batch.onCommit(() -> cache.put(stored));
    return stored.get(0);
  }

  private List<ApiKey> ofOwner(String owner) {
    return cache.list(new ApiKeyQuery(owner, null, Integer.MAX_VALUE));
  }
}
