package dev.parley.core;

import dev.parley.auth.Access;
import dev.parley.auth.KeySecret;
import dev.parley.auth.Principal;
import dev.parley.auth.Scope;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.storage.ApiKeyQuery;
import dev.parley.storage.SessionStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** API keys: made, listed and revoked. */
public final class Keys {
  private final SessionStore store;
  private final Access access;
  private final PageTokens tokens;
  private final IdGenerator ids;
  private final SecureRandom random;
  private final MicroClock clock;

  public Keys(
      SessionStore store,
      Access access,
      PageTokens tokens,
      IdGenerator ids,
      SecureRandom random,
      Clock clock) {
    this.store = store;
    this.access = access;
    this.tokens = tokens;
    this.ids = ids;
    this.random = random;
    this.clock = new MicroClock(clock);
  }

  /** A key and its secret, which nobody can be told again. */
  public record Created(ApiKey key, KeySecret secret) {}

  /**
   * Makes a master key. Where the owner has a live one, that is revoked, and with it the keys of
   * the owner's agents. Root only.
   */
  public CompletableFuture<Created> createMaster(
      Principal caller, String owner, @Nullable String client, @Nullable Instant expireTime) {
    if (!(caller instanceof Principal.Root)) {
      throw new SessionException(
          ErrorReason.OWNER_FORBIDDEN, "Only the root key can make master keys.");
    }
    return create(KeySecret.Kind.MASTER, owner, null, List.of(), client, expireTime);
  }

  /** Makes a key of an agent that the caller may touch. */
  public CompletableFuture<Created> createForAgent(
      Principal caller,
      UUID agentId,
      List<String> scopes,
      @Nullable String client,
      @Nullable Instant expireTime) {
    for (int i = 0; i < scopes.size(); i++) {
      if (!Scope.GRANTABLE.contains(scopes.get(i))) {
        throw SessionException.invalid(
            FieldViolation.format(
                "scopes[" + i + "]", "must be one of " + new TreeSet<>(Scope.GRANTABLE)));
      }
    }
    return access
        .agent(caller, agentId)
        .thenCompose(
            agent ->
                create(KeySecret.Kind.AGENT, agent.owner(), agentId, scopes, client, expireTime));
  }

  private CompletableFuture<Created> create(
      KeySecret.Kind kind,
      String owner,
      @Nullable UUID agentId,
      List<String> scopes,
      @Nullable String client,
      @Nullable Instant expireTime) {
    Instant now = clock.now();
    if (expireTime != null && !expireTime.isAfter(now)) {
      throw SessionException.invalid(FieldViolation.format("expire_time", "must lie ahead"));
    }
    TreeSet<String> granted = new TreeSet<>(scopes);
    if (kind == KeySecret.Kind.AGENT) {
      granted.add(Scope.AGENT_READ);
    }
    KeySecret secret = KeySecret.random(kind, random);
    ApiKey key =
        new ApiKey(
            ids.uuid(),
            secret.hash(),
            owner,
            agentId,
            granted,
            client,
            now,
            expireTime == null ? null : expireTime.truncatedTo(ChronoUnit.MICROS),
            null);
    return store.createApiKey(key).thenApply(stored -> new Created(stored, secret));
  }

  /**
   * The keys that the caller may see, by id.
   *
   * @param owner only this owner's and its agents'; null for all
   */
  public CompletableFuture<Page<ApiKey>> list(
      Principal caller, @Nullable String owner, Page.Request page) {
    String visible = Owners.visible(caller, owner);
    String query = "keys/" + (visible == null ? "" : visible);
    UUID after = tokens.uuid(caller, query, page.token());
    return store
        .listApiKeys(new ApiKeyQuery(visible, after, page.readLimit()))
        .thenApply(
            rows ->
                Page.of(rows, page, key -> 0, last -> tokens.ofUuid(caller, query, last.keyId())));
  }

  /** Revokes a key that the caller may see. */
  public CompletableFuture<Void> revoke(Principal caller, UUID keyId) {
    return store
        .findApiKey(keyId)
        .thenCompose(
            found -> {
              boolean visible =
                  found.isPresent()
                      && (!(caller instanceof Principal.Master master)
                          || master.owner().equals(found.get().owner()));
              if (!visible) {
                throw new SessionException(ErrorReason.API_KEY_NOT_FOUND, "API key not found");
              }
              return store.revokeApiKey(keyId, clock.now());
            })
        .thenAccept(revoked -> {});
  }
}
