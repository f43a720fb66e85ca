package dev.parley.core.webhook;

import dev.parley.auth.Authorizer;
import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.core.AuditLog;
import dev.parley.core.IdGenerator;
import dev.parley.core.OwnerFilter;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
import dev.parley.core.webhook.url.TargetRules;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.Webhook;
import dev.parley.model.webhook.WebhookProgress;
import dev.parley.model.webhook.WebhookSecrets;
import dev.parley.storage.Store;
import dev.parley.storage.query.ListOrder;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.webhook.WebhookStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Creates, lists, changes and deletes webhooks. */
public final class Webhooks {
  /** How long requests are signed with the previous secret as well, by default. */
  public static final Duration OVERLAP_DEFAULT = Duration.ofDays(1);

  private final Store store;
  private final WebhookStore webhooks;
  private final Authorizer authorizer;
  private final PageTokens tokens;
  private final AuditLog audit;
  private final IdGenerator ids;
  private final SecureRandom random;
  private final TargetRules targets;
  private final Runnable changed;
  private final Clock clock;

  /**
   * Creates the use case.
   *
   * @param changed called after each change
   */
  public Webhooks(
      Store store,
      Authorizer authorizer,
      PageTokens tokens,
      AuditLog audit,
      IdGenerator ids,
      SecureRandom random,
      TargetRules targets,
      Runnable changed,
      Clock clock) {
    this.store = store;
    webhooks = store.webhooks();
    this.authorizer = authorizer;
    this.tokens = tokens;
    this.audit = audit;
    this.ids = ids;
    this.random = random;
    this.targets = targets;
    this.changed = changed;
    this.clock = clock;
  }

  /**
   * Creates a webhook. It sends what happens from now on.
   *
   * @param owner the owner of the sessions; null or empty for the caller's own
   */
  public CompletableFuture<Webhook> create(
      Caller caller, @Nullable String owner, Webhook.Profile profile) {
    String whose = ownerOrOwn(caller.principal(), owner);
    requireValid(profile);
    return requireAgent(caller, whose, profile.agentId())
        .thenCompose(exists -> store.lastChange())
        .thenCompose(
            last ->
                webhooks.createWebhook(
                    new Webhook(
                        ids.uuid(),
                        whose,
                        profile,
                        WebhookSecrets.of(WebhookSigner.newSecret(random)),
                        null,
                        now(),
                        WebhookProgress.startingAt(new DeliveryPosition(last.number(), 0))),
                    audit.context(caller.actor(), AuditAction.WEBHOOK_CREATE)))
        .thenApply(this::report);
  }

  private static String ownerOrOwn(Principal caller, @Nullable String owner) {
    String whose = owner == null || owner.isEmpty() ? Authorizer.ownerOf(caller) : owner;
    if (whose == null) {
      throw SessionException.invalid(FieldViolation.required("owner"));
    }
    Authorizer.requireOwner(caller, whose);
    return whose;
  }

  private CompletableFuture<Boolean> requireAgent(
      Caller caller, String owner, @Nullable UUID agentId) {
    if (agentId == null) {
      return CompletableFuture.completedFuture(true);
    }
    return authorizer
        .agent(caller.principal(), agentId)
        .thenApply(
            agent -> {
              if (!agent.owner().equals(owner)) {
                throw Authorizer.unknownAgent();
              }
              return true;
            });
  }

  private void requireValid(Webhook.Profile profile) {
    targets.require(profile.url());
    requireEvents(profile);
  }

  private static void requireEvents(Webhook.Profile profile) {
    if (profile.events().isEmpty()) {
      throw SessionException.invalid(FieldViolation.required("event_types"));
    }
  }

  /** Returns a webhook that the caller may see. Otherwise fails with {@code WEBHOOK_NOT_FOUND}. */
  public CompletableFuture<Webhook> get(Caller caller, UUID webhookId) {
    String owner = Authorizer.ownerOf(caller.principal());
    return webhooks
        .findWebhook(webhookId)
        .thenApply(
            found ->
                found
                    .filter(webhook -> owner == null || owner.equals(webhook.owner()))
                    .orElseThrow(StoreErrors::webhookNotFound));
  }

  /**
   * Lists the webhooks that the caller may see, ordered by id.
   *
   * @param owner lists only webhooks of this owner; null for all
   */
  public CompletableFuture<Page<Webhook>> list(
      Caller caller, @Nullable String owner, PageRequest page) {
    Principal principal = caller.principal();
    String visible = OwnerFilter.visible(principal, owner);
    String query = "webhooks/" + (visible == null ? "" : visible);
    UUID after = tokens.uuid(principal, query, page.token());
    return webhooks
        .listWebhooks(visible)
        .thenApply(
            all ->
                Page.of(
                    all.stream()
                        .filter(each -> after == null || isAfter(each.webhookId(), after))
                        .limit(page.readLimit())
                        .toList(),
                    page,
                    each -> 0,
                    last -> tokens.ofUuid(principal, query, last.webhookId())));
  }

  private static boolean isAfter(UUID id, UUID after) {
    return ListOrder.BY_ID.compare(id, after) > 0;
  }

  /**
   * Changes the URL, the types of events and the description of a webhook, and turns it on or off.
   * What is on its way may still be sent to the former URL.
   *
   * @param disabled whether the webhook is turned off; null to leave it as it is
   */
  public CompletableFuture<Webhook> update(
      Caller caller,
      UUID webhookId,
      UnaryOperator<Webhook.Profile> change,
      @Nullable Boolean disabled) {
    return get(caller, webhookId)
        .thenCompose(
            seen ->
                webhooks.updateWebhook(
                    webhookId,
                    stored -> changed(stored, change, disabled),
                    audit.context(caller.actor(), AuditAction.WEBHOOK_UPDATE)))
        .thenApply(this::report);
  }

  private Webhook changed(
      Webhook stored, UnaryOperator<Webhook.Profile> change, @Nullable Boolean disabled) {
    Webhook.Profile profile = change.apply(stored.profile());
    if (!profile.url().equals(stored.profile().url())) {
      targets.require(profile.url());
    }
    requireEvents(profile);
    Webhook after = stored.withProfile(profile);
    if (disabled == null || disabled == (stored.disabled() != null)) {
      return after;
    }
    return disabled
        ? after.withDisabled(Webhook.Disabled.BY_CALLER)
        : after.withDisabled(null).withProgress(after.progress().withoutFailure());
  }

  /** Deletes a webhook with its failed deliveries. */
  public CompletableFuture<Void> delete(Caller caller, UUID webhookId) {
    return get(caller, webhookId)
        .thenCompose(
            webhook ->
                webhooks.deleteWebhook(
                    webhookId, audit.context(caller.actor(), AuditAction.WEBHOOK_DELETE)))
        .thenAccept(
            existed -> {
              if (!existed) {
                throw StoreErrors.webhookNotFound();
              }
              changed.run();
            });
  }

  /**
   * Replaces the secret. Within the overlap, requests are signed with both secrets.
   *
   * @param overlap null for {@link #OVERLAP_DEFAULT}
   */
  public CompletableFuture<Webhook> rotateSecret(
      Caller caller, UUID webhookId, @Nullable Duration overlap) {
    String secret = WebhookSigner.newSecret(random);
    Instant end = now().plus(overlap == null ? OVERLAP_DEFAULT : overlap);
    return get(caller, webhookId)
        .thenCompose(
            seen ->
                webhooks.updateWebhook(
                    webhookId,
                    stored -> stored.withSecrets(stored.secrets().rotated(secret, end)),
                    audit.context(caller.actor(), AuditAction.WEBHOOK_ROTATE)))
        .thenApply(this::report);
  }

  private Webhook report(Webhook webhook) {
    changed.run();
    return webhook;
  }

  private Instant now() {
    return Micros.truncate(clock.instant());
  }
}
