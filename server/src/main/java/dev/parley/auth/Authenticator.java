package dev.parley.auth;

import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.Sha256;
import dev.parley.storage.ApiKeyStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Authenticates callers by their API key or user token. */
public final class Authenticator {
  private static final Principal ROOT = new Principal.Root();

  private final Sha256 rootKeyHash;
  private final ApiKeyStore store;
  private final Clock clock;
  private final KeyUsageRecorder usage;
  private final @Nullable UserTokenAuthenticator users;

  /**
   * Creates an authenticator.
   *
   * @param rootKeyHash the hash of the root key
   * @param usage records each use of a key, except the root key
   * @param users verifies user tokens; null if they are not accepted
   */
  public Authenticator(
      Sha256 rootKeyHash,
      ApiKeyStore store,
      Clock clock,
      KeyUsageRecorder usage,
      @Nullable UserTokenAuthenticator users) {
    this.rootKeyHash = rootKeyHash;
    this.store = store;
    this.clock = clock;
    this.usage = usage;
    this.users = users;
  }

  /**
   * Authenticates a credential. Fails with {@code CREDENTIAL_INVALID} if it is malformed, unknown,
   * revoked or expired. The error for a key is always the same. The error for a user token names
   * the problem.
   */
  public CompletableFuture<Principal> authenticate(String token) {
    if (users != null && !token.startsWith(KeySecret.PREFIX)) {
      return users.authenticate(token);
    }
    if (!KeySecret.isWellFormed(token)) {
      return CompletableFuture.failedFuture(invalid());
    }
    KeySecret secret = new KeySecret(token);
    if (secret.isRoot()) {
      return secret.hash().equals(rootKeyHash)
          ? CompletableFuture.completedFuture(ROOT)
          : CompletableFuture.failedFuture(invalid());
    }
    return store
        .findApiKey(secret.hash())
        .thenApply(found -> recordUse(found.orElseThrow(Authenticator::invalid)));
  }

  private Principal recordUse(ApiKey key) {
    Instant now = clock.instant();
    if (!key.isLive(now)) {
      throw invalid();
    }
    usage.record(key.keyId(), now);
    return principal(key);
  }

  private static Principal principal(ApiKey key) {
    return key.agentId() == null
        ? new Principal.Master(key.owner(), key.client(), key.keyId())
        : new Principal.AgentHolder(
            key.agentId(), Set.copyOf(key.scopes()), key.client(), key.keyId());
  }

  private static SessionException invalid() {
    return new SessionException(
        ErrorReason.CREDENTIAL_INVALID, "The API key is invalid, revoked or expired.");
  }
}
