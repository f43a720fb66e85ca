package dev.parley.storage.rocksdb;

import dev.parley.model.Act;
import dev.parley.model.ApiKey;
import dev.parley.storage.ApiKeyQuery;
import dev.parley.storage.Refusals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What is done to API keys. */
final class ApiKeyWrites {
  private final Directory directory;

  ApiKeyWrites(Directory directory) {
    this.directory = directory;
  }

  ApiKey create(Batch batch, ApiKey key, Act act) {
    if (key.agentId() != null && directory.agent(key.agentId()) == null) {
      throw Refusals.agentNotFound();
    }
    if (directory.key(key.keyId()) != null || directory.key(key.secretHash()) != null) {
      throw new IllegalArgumentException("The id or the secret of the key is taken.");
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
    AuditWrites.put(batch, act.on(key));
    return put(batch, changed);
  }

  ApiKey revoke(Batch batch, UUID keyId, Instant now, Act act) {
    ApiKey key = directory.key(keyId);
    if (key == null) {
      throw Refusals.apiKeyNotFound();
    }
    if (key.revokeTime() != null) {
      // The agent keys that live now belong to a later master key.
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
    AuditWrites.put(batch, act.on(key));
    return put(batch, changed);
  }

  ApiKey rotate(Batch batch, UUID keyId, ApiKey successor, Instant end, Act act) {
    ApiKey key = directory.key(keyId);
    if (key == null || !key.isLive(successor.createTime())) {
      throw Refusals.apiKeyNotFound();
    }
    AuditWrites.put(batch, act.on(key, successor));
    return put(batch, List.of(successor, key.expiringBy(end)));
  }

  /** Notes uses; of keys that are gone meanwhile there is nothing to note. */
  int noteUses(Batch batch, Map<UUID, Instant> times) {
    List<ApiKey> used = new ArrayList<>();
    times.forEach(
        (keyId, time) -> {
          ApiKey key = directory.key(keyId);
          if (key != null && !key.used(time).equals(key)) {
            used.add(key.used(time));
          }
        });
    if (!used.isEmpty()) {
      put(batch, used);
    }
    return used.size();
  }

  /** Puts keys, and answers the first of them. */
  private ApiKey put(Batch batch, List<ApiKey> keys) {
    List<ApiKey> stored = new ArrayList<>(keys.size());
    for (ApiKey key : keys) {
      byte[] value = Records.ofApiKey(key);
      stored.add(Records.toApiKey(key.keyId(), value));
      batch.put(Family.DIRECTORY, Keys.apiKey(key.keyId()), value);
    }
    batch.onCommit(() -> directory.put(stored));
    return stored.get(0);
  }

  private List<ApiKey> ofOwner(String owner) {
    return directory.list(new ApiKeyQuery(owner, null, Integer.MAX_VALUE));
  }
}
