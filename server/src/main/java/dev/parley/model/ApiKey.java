package dev.parley.model;

import java.time.Instant;
import java.util.SortedSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an API key; its secret is not.
 *
 * @param keyId names the key; opens nothing
 * @param secretHash SHA-256 of the secret
 * @param owner the owner: of the key, or of its agent
 * @param agentId the agent of an agent key; null for a master key
 * @param scopes the scopes of an agent key; empty for a master key, which has all
 * @param client the client that it was made for
 * @param createTime when it was made, in microseconds
 * @param expireTime from when on it is refused; null: never
 * @param revokeTime when it was revoked; null: it was not
 */
public record ApiKey(
    UUID keyId,
    Sha256 secretHash,
    String owner,
    @Nullable UUID agentId,
    SortedSet<String> scopes,
    @Nullable String client,
    Instant createTime,
    @Nullable Instant expireTime,
    @Nullable Instant revokeTime) {

  /** Whether it is an owner's key rather than one agent's. */
  public boolean isMaster() {
    return agentId == null;
  }

  /** Whether it opens anything at {@code now}. */
  public boolean isLive(Instant now) {
    return revokeTime == null && (expireTime == null || now.isBefore(expireTime));
  }

  /** This key, revoked; a key that is revoked already stays as it is. */
  public ApiKey revoked(Instant now) {
    return revokeTime != null
        ? this
        : new ApiKey(
            keyId, secretHash, owner, agentId, scopes, client, createTime, expireTime, now);
  }
}
