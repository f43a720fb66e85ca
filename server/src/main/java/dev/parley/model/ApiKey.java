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
 * @param lastUseTime when it was last used, within a minute or so; null: never, as far as is known
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

  /** Whether it is an owner's key rather than one agent's. */
  public boolean isMaster() {
    return agentId == null;
  }

  /** Whether it is good for anything. */
  public enum State {
    LIVE,
    EXPIRED,
    REVOKED
  }

  /** Whether it opens anything at {@code now}. */
  public boolean isLive(Instant now) {
    return state(now) == State.LIVE;
  }

  /** What it is at {@code now}: refused from its expire time on. */
  public State state(Instant now) {
    if (revokeTime != null) {
      return State.REVOKED;
    }
    return expireTime == null || now.isBefore(expireTime) ? State.LIVE : State.EXPIRED;
  }

  /** This key, revoked; a key that is revoked already stays as it is. */
  public ApiKey revoked(Instant now) {
    return revokeTime != null ? this : with(expireTime, now, lastUseTime);
  }

  /** This key, to expire at {@code end} unless it does before. */
  public ApiKey expiringBy(Instant end) {
    boolean sooner = expireTime != null && expireTime.isBefore(end);
    return sooner ? this : with(end, revokeTime, lastUseTime);
  }

  /** This key, last used at {@code time} unless it was later. */
  public ApiKey used(Instant time) {
    boolean later = lastUseTime != null && !lastUseTime.isBefore(time);
    return later ? this : with(expireTime, revokeTime, time);
  }

  private ApiKey with(
      @Nullable Instant expire, @Nullable Instant revoke, @Nullable Instant lastUse) {
    return new ApiKey(
        keyId, secretHash, owner, agentId, scopes, client, createTime, expire, revoke, lastUse);
  }
}
