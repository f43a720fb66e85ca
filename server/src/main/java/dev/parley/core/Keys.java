package dev.parley.core;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.auth.KeySecret;
import dev.parley.auth.Principal;
import dev.parley.auth.Scope;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.core.request.RequestId;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.ApiKeyStore;
import dev.parley.storage.query.ApiKeyQuery;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates, lists, rotates and revokes API keys. */
public final class Keys {
  /** How long a rotated key remains valid by default. */
  public static final Duration OVERLAP_DEFAULT = Duration.ofDays(1);

  private final ApiKeyStore store;
  private final Authorizer authorizer;
  private final PageTokens tokens;
  private final AuditLog audit;
  private final IdGenerator ids;
  private final SecureRandom random;
  private final MicroClock clock;

  public Keys(
      ApiKeyStore store,
      Authorizer authorizer,
      PageTokens tokens,
      AuditLog audit,
      IdGenerator ids,
      SecureRandom random,
      Clock clock) {
    this.store = store;
    this.authorizer = authorizer;
    this.tokens = tokens;
    this.audit = audit;
    this.ids = ids;
    this.random = random;
    this.clock = new MicroClock(clock);
  }

  /**
   * A new key and its secret. The secret cannot be read again.
   *
   * @param secret the secret; null if an earlier call with the same request id created the key
   */
  public record Created(ApiKey key, @Nullable KeySecret secret) {}

  /**
   * Creates a master key. Fails with {@code OWNER_FORBIDDEN} unless the root key calls, and with
   * {@code MASTER_KEY_EXISTS} if the owner has a live master key and {@code replace} is false.
   *
   * @param replace whether to revoke the live master key of the owner and the keys of the owner's
   *     agents
   * @param requestId the id of the call; null if it cannot be repeated
   */
  public CompletableFuture<Created> createMaster(
      Caller caller,
      String owner,
      @Nullable String client,
      @Nullable Instant expireTime,
      boolean replace,
      @Nullable RequestId requestId) {
    if (!(caller.principal() instanceof Principal.Root)) {
      throw new SessionException(
          ErrorReason.OWNER_FORBIDDEN, "Only the root key can create master keys.");
    }
    UUID id = requestId == null ? ids.uuid() : requestId.derive("master key", owner);
    Created made = newKey(id, owner, null, List.of(), client, expireTime);
    AuditContext auditContext = audit.context(caller.actor(), AuditAction.KEY_CREATE);
    return createOnce(
        requestId,
        made,
        () ->
            replace
                ? store.replaceMasterKey(made.key(), auditContext)
                : store.createApiKey(made.key(), auditContext));
  }

  /**
   * Creates a key for an agent that the caller may access.
   *
   * @param requestId the id of the call; null if it cannot be repeated
   */
  public CompletableFuture<Created> createForAgent(
      Caller caller,
      UUID agentId,
      List<String> scopes,
      @Nullable String client,
      @Nullable Instant expireTime,
      @Nullable RequestId requestId) {
    for (int i = 0; i < scopes.size(); i++) {
      if (!Scope.GRANTABLE.contains(scopes.get(i))) {
        throw SessionException.invalid(
            FieldViolation.format(
                "scopes[" + i + "]", "must be one of " + new TreeSet<>(Scope.GRANTABLE)));
      }
    }
    return authorizer
        .agent(caller.principal(), agentId)
        .thenCompose(
            agent -> {
              UUID id =
                  requestId == null
                      ? ids.uuid()
                      : requestId.derive("agent key", agentId.toString());
              Created made = newKey(id, agent.owner(), agentId, scopes, client, expireTime);
              return createOnce(
                  requestId,
                  made,
                  () ->
                      store.createApiKey(
                          made.key(), audit.context(caller.actor(), AuditAction.KEY_CREATE)));
            });
  }

  /** Stores a new key, unless an earlier call with this request id did. */
  private CompletableFuture<Created> createOnce(
      @Nullable RequestId requestId, Created made, Supplier<CompletableFuture<ApiKey>> create) {
    if (requestId == null) {
      return create.get().thenApply(stored -> new Created(stored, made.secret()));
    }
    ApiKey wanted = made.key();
    return requestId
        .createOnce(
            () -> store.findApiKey(wanted.keyId()),
            found ->
                found.owner().equals(wanted.owner())
                    && Objects.equals(found.agentId(), wanted.agentId())
                    && found.scopes().equals(wanted.scopes())
                    && Objects.equals(found.client(), wanted.client()),
            create)
        .thenApply(
            stored ->
                new Created(
                    stored,
                    stored.secretHash().equals(wanted.secretHash()) ? made.secret() : null));
  }

  private Created newKey(
      UUID keyId,
      String owner,
      @Nullable UUID agentId,
      Collection<String> scopes,
      @Nullable String client,
      @Nullable Instant expireTime) {
    Instant now = clock.now();
    if (expireTime != null && !expireTime.isAfter(now)) {
      throw SessionException.invalid(FieldViolation.format("expire_time", "must be in the future"));
    }
    TreeSet<String> granted = new TreeSet<>(scopes);
    if (agentId != null) {
      granted.add(Scope.AGENT_READ);
    }
    KeySecret secret =
        KeySecret.random(agentId == null ? KeySecret.Kind.MASTER : KeySecret.Kind.AGENT, random);
    ApiKey key =
        new ApiKey(
            keyId,
            secret.hash(),
            owner,
            agentId,
            granted,
            client,
            now,
            expireTime == null ? null : expireTime.truncatedTo(ChronoUnit.MICROS),
            null,
            null);
    return new Created(key, secret);
  }

  /**
   * Replaces a live key by a new key with the same agent, scopes and client. The old key remains
   * valid for {@code overlap} and not longer. A master key has no overlap, because an owner has
   * only one live master key; the keys of the owner's agents stay valid. Fails with {@code
   * API_KEY_NOT_FOUND} if the key does not exist, is not live, or the caller may not see it, and
   * with {@code OWNER_FORBIDDEN} if a caller other than the root key rotates a master key.
   *
   * @param overlap how long the old key remains valid; null for {@link #OVERLAP_DEFAULT}, or zero
   *     for a master key
   * @param expireTime when the new key expires; null for never
   * @param requestId the id of the call; null if it cannot be repeated
   */
  public CompletableFuture<Created> rotate(
      Caller caller,
      UUID keyId,
      @Nullable Duration overlap,
      @Nullable Instant expireTime,
      @Nullable RequestId requestId) {
    return visible(caller, keyId)
        .thenCompose(
            key -> {
              UUID id =
                  requestId == null
                      ? ids.uuid()
                      : requestId.derive("rotated key", keyId.toString());
              Created made =
                  newKey(id, key.owner(), key.agentId(), key.scopes(), key.client(), expireTime);
              Instant end = made.key().createTime().plus(overlap(caller.principal(), key, overlap));
              return createOnce(
                  requestId,
                  made,
                  () ->
                      store.rotateApiKey(
                          keyId,
                          made.key(),
                          end,
                          audit.context(caller.actor(), AuditAction.KEY_ROTATE)));
            });
  }

  private static Duration overlap(Principal caller, ApiKey key, @Nullable Duration asked) {
    if (!key.isMaster()) {
      return asked == null ? OVERLAP_DEFAULT : asked;
    }
    if (!(caller instanceof Principal.Root)) {
      throw new SessionException(
          ErrorReason.OWNER_FORBIDDEN, "Only the root key can rotate master keys.");
    }
    if (asked != null && !asked.isZero()) {
      throw SessionException.invalid(
          FieldViolation.format(
              "overlap_seconds",
              "must be 0 for a master key, because an owner has only one live master key"));
    }
    return Duration.ZERO;
  }

  /**
   * Lists the keys that the caller may see, ordered by id.
   *
   * @param owner lists only keys of this owner and its agents; null for all
   */
  public CompletableFuture<Page<ApiKey>> list(
      Caller caller, @Nullable String owner, PageRequest page) {
    Principal principal = caller.principal();
    String visible = OwnerFilter.visible(principal, owner);
    String query = "keys/" + (visible == null ? "" : visible);
    UUID after = tokens.uuid(principal, query, page.token());
    return store
        .listApiKeys(new ApiKeyQuery(visible, after, page.readLimit()), caller.cancellation())
        .thenApply(
            rows ->
                Page.of(
                    rows, page, key -> 0, last -> tokens.ofUuid(principal, query, last.keyId())));
  }

  /** Revokes a key that the caller may see. */
  public CompletableFuture<Void> revoke(Caller caller, UUID keyId) {
    return visible(caller, keyId)
        .thenCompose(
            key ->
                store.revokeApiKey(
                    keyId, clock.now(), audit.context(caller.actor(), AuditAction.KEY_REVOKE)))
        .thenAccept(revoked -> {});
  }

  private CompletableFuture<ApiKey> visible(Caller caller, UUID keyId) {
    String owner = Authorizer.ownerOf(caller.principal());
    return store
        .findApiKey(keyId)
        .thenApply(
            found ->
                found
                    .filter(key -> owner == null || owner.equals(key.owner()))
                    .orElseThrow(
                        () ->
                            new SessionException(
                                ErrorReason.API_KEY_NOT_FOUND, "API key not found")));
  }
}
