package dev.parley.model;

import java.time.Instant;
import java.util.SortedSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API key without its secret.
 *
 * @param keyId the id; it grants no access
 * @param secretHash SHA-256 of the secret
 * @param owner the owner of the key, or of the key's agent
 * @param agentId the agent of an agent key; null for a master key
 * @param scopes the scopes of an agent key; empty for a master key, which has all scopes
 * @param client the client that the key was created for
 * @param createTime when the key was created, in microseconds
 * @param expireTime when the key expires; null for never
 * @param revokeTime when the key was revoked; null if it was not
 * @param lastUseTime when the key was last used, accurate to about a minute; null if no use is
 *     known
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
    @Nullable Instant revokeTime,
    @Nullable Instant lastUseTime) {

  /** Whether this is a master key of an owner, not the key of one agent. */
  public boolean isMaster() {
    return agentId == null;
  }

  /** The validity of a key. */
  public enum State {
    LIVE,
    EXPIRED,
    REVOKED
  }

  /** Whether the key is valid at {@code now}. */
  public boolean isLive(Instant now) {
    return state(now) == State.LIVE;
  }

  /** The state at {@code now}. A key is expired from its expire time on. */
  public State state(Instant now) {
    if (revokeTime != null) {
      return State.REVOKED;
    }
    return expireTime == null || now.isBefore(expireTime) ? State.LIVE : State.EXPIRED;
  }

  /** Returns this key, revoked as of {@code now}. A revoked key does not change. */
  public ApiKey revoked(Instant now) {
    return revokeTime != null ? this : with(expireTime, now, lastUseTime);
  }

  /** Returns this key with {@code end} as its expire time, unless it expires earlier. */
  public ApiKey expiringBy(Instant end) {
    boolean sooner = expireTime != null && expireTime.isBefore(end);
    return sooner ? this : with(end, revokeTime, lastUseTime);
  }

  /** Returns this key with {@code time} as its last use, unless a later use is known. */
  public ApiKey withLastUse(Instant time) {
    boolean later = lastUseTime != null && !lastUseTime.isBefore(time);
    return later ? this : with(expireTime, revokeTime, time);
  }

  private ApiKey with(
      @Nullable Instant expire, @Nullable Instant revoke, @Nullable Instant lastUse) {
    return new ApiKey(
        keyId, secretHash, owner, agentId, scopes, client, createTime, expire, revoke, lastUse);
  }
}
