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

/** Finds out who calls. */
public final class Authenticator {
  private static final Principal ROOT = new Principal.Root();

  private final Sha256 rootKeyHash;
  private final ApiKeyStore store;
  private final Clock clock;
  private final KeyUsageRecorder uses;
  private final @Nullable UserTokenAuthenticator users;

  /**
   * Knows the holders of keys and of users' tokens.
   *
   * @param uses told of each use of a key but root's
   * @param users null if no tokens are taken
   */
  public Authenticator(
      Sha256 rootKeyHash,
      ApiKeyStore store,
      Clock clock,
      KeyUsageRecorder uses,
      @Nullable UserTokenAuthenticator users) {
    this.rootKeyHash = rootKeyHash;
    this.store = store;
    this.clock = clock;
    this.uses = uses;
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
        .thenApply(found -> used(found.orElseThrow(Authenticator::invalid)));
  }

  private Principal used(ApiKey key) {
    Instant now = clock.instant();
    if (!key.isLive(now)) {
      throw invalid();
    }
    uses.note(key.keyId(), now);
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
