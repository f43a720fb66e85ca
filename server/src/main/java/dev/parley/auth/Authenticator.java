package dev.parley.auth;

import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.model.Sha256;
import dev.parley.storage.SessionStore;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds out who calls. */
public final class Authenticator {
  private static final Principal ROOT = new Principal.Root();

  private final Sha256 rootKeyHash;
  private final SessionStore store;
  private final Clock clock;
  private final @Nullable UserTokens users;

  /**
   * Knows the holders of keys and of users' tokens.
   *
   * @param users null if no tokens are taken
   */
  public Authenticator(
      Sha256 rootKeyHash, SessionStore store, Clock clock, @Nullable UserTokens users) {
    this.rootKeyHash = rootKeyHash;
    this.store = store;
    this.clock = clock;
    this.users = users;
  }

  /**
   * The caller that holds this token. {@code CREDENTIAL_INVALID} if it is malformed, unknown,
   * revoked or expired: of a key always in the same words, of a user's token with the problem.
   */
  public CompletableFuture<Principal> authenticate(String token) {
    if (users != null && !token.startsWith(KeySecret.PREFIX)) {
      return users.user(token);
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
        .thenApply(
            key ->
                key.filter(found -> found.isLive(clock.instant()))
                    .map(Authenticator::principal)
                    .orElseThrow(Authenticator::invalid));
  }

  private static Principal principal(ApiKey key) {
    return key.agentId() == null
        ? new Principal.Master(key.owner(), key.client())
        : new Principal.AgentHolder(key.agentId(), Set.copyOf(key.scopes()), key.client());
  }

  private static SessionException invalid() {
    return new SessionException(
        ErrorReason.CREDENTIAL_INVALID, "The API key is invalid, revoked or expired.");
  }
}
