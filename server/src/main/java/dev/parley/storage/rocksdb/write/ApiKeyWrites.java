package dev.parley.storage.rocksdb.write;

import dev.parley.model.ApiKey;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.Records;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rules.MasterKeys;
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

  /**
   * Adds a key.
   *
   * @param replace whether a master key may replace the live master key of its owner
   */
  public ApiKey create(Batch batch, ApiKey key, boolean replace, AuditContext audit) {
    requireLiveCaller(audit, key.createTime());
    if (key.agentId() != null && cache.agent(key.agentId()) == null) {
      throw StoreErrors.agentNotFound();
    }
    requireNew(key);
    List<ApiKey> replaced =
        key.isMaster() ? MasterKeys.replacedBy(key, ofOwner(key.owner())) : List.of();
    if (!replaced.isEmpty() && !replace) {
      throw StoreErrors.masterKeyExists(replaced);
    }
    AuditWrites.put(batch, audit.entryFor(key));
    return put(batch, key, revoke(batch, replaced, key.createTime(), audit));
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
    List<ApiKey> ended =
        key.isMaster() ? MasterKeys.revokedWith(key, ofOwner(key.owner()), now) : List.of();
    AuditWrites.put(batch, audit.entryFor(key));
    return put(batch, key.revoked(now), revoke(batch, ended, now, audit));
  }

  /** Writes the audit entries of keys that are revoked with another key. Returns the new state. */
  private static List<ApiKey> revoke(
      Batch batch, List<ApiKey> keys, Instant time, AuditContext audit) {
    keys.forEach(key -> AuditWrites.put(batch, audit.revocationOf(key)));
    return keys.stream().map(key -> key.revoked(time)).toList();
  }

  public ApiKey rotate(Batch batch, UUID keyId, ApiKey successor, Instant end, AuditContext audit) {
    requireLiveCaller(audit, successor.createTime());
    ApiKey key = cache.key(keyId);
    if (key == null || !key.isLive(successor.createTime())) {
      throw StoreErrors.apiKeyNotFound();
    }
    requireNew(successor);
    AuditWrites.put(batch, audit.entryFor(key, successor));
    return put(batch, successor, List.of(key.expiringBy(end)));
  }

  private void requireNew(ApiKey key) {
    if (cache.key(key.keyId()) != null || cache.key(key.secretHash()) != null) {
      throw new IllegalArgumentException("A key with this id or secret already exists.");
    }
  }

  /** The caller's key may have been revoked since the call began. */
  private void requireLiveCaller(AuditContext audit, Instant now) {
    UUID caller = audit.actor().keyId();
    if (caller != null) {
      MasterKeys.requireLive(cache.key(caller), now);
    }
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

  /** Stores keys. Returns the first as it is stored. */
  private ApiKey put(Batch batch, ApiKey first, List<ApiKey> others) {
    List<ApiKey> keys = new ArrayList<>();
    keys.add(first);
    keys.addAll(others);
    return put(batch, keys).get(0);
  }

  private List<ApiKey> put(Batch batch, List<ApiKey> keys) {
    List<ApiKey> stored = new ArrayList<>(keys.size());
    for (ApiKey key : keys) {
      byte[] value = Records.ofApiKey(key);
      stored.add(Records.toApiKey(key.keyId(), value));
      batch.put(ColumnFamily.DIRECTORY, Keys.apiKey(key.keyId()), value);
    }
    batch.onCommit(() -> cache.put(stored));
    return stored;
  }

  private List<ApiKey> ofOwner(String owner) {
    return cache.list(new ApiKeyQuery(owner, null, Integer.MAX_VALUE));
  }
}
