package dev.parley.storage.postgres.write;

import dev.parley.model.ApiKey;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.postgres.table.AgentTable;
import dev.parley.storage.postgres.table.ApiKeyTable;
import dev.parley.storage.postgres.table.AuditTable;
import dev.parley.storage.rules.MasterKeys;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.rules.StoreErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Writes API keys. Only one transaction at a time changes the keys of an owner. */
public final class ApiKeyWrites {
  private ApiKeyWrites() {}

  /**
   * Adds a key.
   *
   * @param replace whether a master key may replace the live master key of its owner
   */
  public static ApiKey create(
      Connection connection, ApiKey key, boolean replace, AuditContext audit) throws SQLException {
    if (key.agentId() != null && AgentTable.lock(connection, key.agentId()) == null) {
      throw StoreErrors.agentNotFound();
    }
    ApiKeyTable.lockOwner(connection, key.owner());
    requireLiveCaller(connection, audit, key.createTime());
    if (key.isMaster()) {
      List<ApiKey> live = ApiKeyTable.live(connection, key.owner(), key.createTime());
      List<ApiKey> replaced = MasterKeys.replacedBy(key, live);
      if (!replaced.isEmpty() && !replace) {
        throw StoreErrors.masterKeyExists(replaced);
      }
      revoke(connection, replaced, key.createTime(), audit);
    }
    ApiKeyTable.insert(connection, key);
    AuditTable.add(connection, audit.entryFor(key));
    return ApiKeyTable.find(connection, key.keyId()).orElseThrow();
  }

  public static ApiKey rotate(
      Connection connection, UUID keyId, ApiKey successor, Instant end, AuditContext audit)
      throws SQLException {
    // Locks the agent of both keys, because deleting the agent deletes its keys.
    if (successor.agentId() != null && AgentTable.lock(connection, successor.agentId()) == null) {
      throw StoreErrors.apiKeyNotFound();
    }
    ApiKeyTable.lockOwner(connection, successor.owner());
    requireLiveCaller(connection, audit, successor.createTime());
    ApiKey key =
        ApiKeyTable.find(connection, keyId)
            .filter(found -> found.isLive(successor.createTime()))
            .orElseThrow(StoreErrors::apiKeyNotFound);
    ApiKeyTable.setExpireTime(connection, keyId, key.expiringBy(end).expireTime());
    ApiKeyTable.insert(connection, successor);
    AuditTable.add(connection, audit.entryFor(key, successor));
    return ApiKeyTable.find(connection, successor.keyId()).orElseThrow();
  }

  /** The caller's key may have been revoked since the call began. */
  private static void requireLiveCaller(Connection connection, AuditContext audit, Instant now)
      throws SQLException {
    UUID caller = audit.actor().keyId();
    if (caller != null) {
      MasterKeys.requireLive(ApiKeyTable.find(connection, caller).orElse(null), now);
    }
  }

  public static ApiKey revoke(Connection connection, UUID keyId, Instant now, AuditContext audit)
      throws SQLException {
    ApiKey known = ApiKeyTable.find(connection, keyId).orElseThrow(StoreErrors::apiKeyNotFound);
    ApiKeyTable.lockOwner(connection, known.owner());
    // Read again, now that no other transaction can change it.
    ApiKey key = ApiKeyTable.find(connection, keyId).orElseThrow(StoreErrors::apiKeyNotFound);
    if (key.revokeTime() != null) {
      // The agent keys that are live now belong to a later master key.
      return key;
    }
    if (key.isMaster()) {
      List<ApiKey> live = ApiKeyTable.live(connection, key.owner(), now);
      revoke(connection, MasterKeys.revokedWith(key, live, now), now, audit);
    }
    ApiKeyTable.revoke(connection, List.of(key), now);
    AuditTable.add(connection, audit.entryFor(key));
    return key.revoked(Micros.truncate(now));
  }

  /** Revokes keys together with another key. */
  private static void revoke(
      Connection connection, List<ApiKey> keys, Instant time, AuditContext audit)
      throws SQLException {
    if (!keys.isEmpty()) {
      ApiKeyTable.revoke(connection, keys, time);
      AuditTable.addAll(connection, keys.stream().map(audit::revocationOf).toList());
    }
  }
}
