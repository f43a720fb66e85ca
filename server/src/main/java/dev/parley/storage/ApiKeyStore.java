package dev.parley.storage;

import dev.parley.model.ApiKey;
import dev.parley.model.Sha256;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.query.ApiKeyQuery;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Stores API keys. {@link Store} describes what all methods share. */
public interface ApiKeyStore {
  /**
   * Adds a key. Fails with {@code CREDENTIAL_INVALID} if the actor of {@code audit} has a key that
   * is not live at the create time of the new key, with {@code AGENT_NOT_FOUND} if the agent of an
   * agent key does not exist, and with {@code MASTER_KEY_EXISTS} if {@code key} is a master key
   * whose owner has another master key that is live at its create time.
   */
  CompletableFuture<ApiKey> createApiKey(ApiKey key, AuditContext audit);

  /**
   * Adds a master key. If the owner has a live master key, that key and the live keys of the
   * owner's agents are revoked as of the create time of the new key. Adds an audit entry for each
   * revoked key.
   */
  CompletableFuture<ApiKey> replaceMasterKey(ApiKey key, AuditContext audit);

  /** Finds the key with this secret, including revoked and expired keys. */
  CompletableFuture<Optional<ApiKey>> findApiKey(Sha256 secretHash);

  /** Finds the key with this id, including revoked and expired keys. */
  CompletableFuture<Optional<ApiKey>> findApiKey(UUID keyId);

  /** Lists keys by key id, as an unsigned number, including revoked and expired keys. */
  CompletableFuture<List<ApiKey>> listApiKeys(ApiKeyQuery query, Cancellation cancellation);

  /**
   * Revokes a key as of {@code now}. Revoking a master key also revokes the owner's live agent
   * keys, with an audit entry for each of them, unless a live master key has succeeded it. A master
   * key that it succeeded is no reason to keep them, because that one ends with the rotation. A key
   * that is already revoked does not change. Fails with {@code API_KEY_NOT_FOUND} if the key does
   * not exist.
   */
  CompletableFuture<ApiKey> revokeApiKey(UUID keyId, Instant now, AuditContext audit);

  /**
   * Adds {@code successor} for the agent of the live key {@code keyId}. The old key expires at
   * {@code end}, or earlier if it already has an earlier expire time. Fails with {@code
   * API_KEY_NOT_FOUND} if the old key does not exist, or is revoked or expired at the successor's
   * create time, and with {@code CREDENTIAL_INVALID} if the actor of {@code audit} has a key that
   * is not live then.
   */
  CompletableFuture<ApiKey> rotateApiKey(
      UUID keyId, ApiKey successor, Instant end, AuditContext audit);

  /**
   * Records when keys were last used. The later of the stored and the given time applies. Unknown
   * ids are ignored. Completes with the number of keys that changed.
   */
  CompletableFuture<Integer> noteApiKeyUses(Map<UUID, Instant> times);
}
