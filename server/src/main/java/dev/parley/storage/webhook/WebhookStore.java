package dev.parley.storage.webhook;

import dev.parley.model.audit.AuditContext;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stores webhooks and their failed deliveries. {@link dev.parley.storage.Store} describes what all
 * methods share.
 */
public interface WebhookStore {
  /** The most webhooks of an owner. */
  int WEBHOOKS_PER_OWNER_MAX = 20;

  /** The most webhooks of a store. They are held in memory. */
  int WEBHOOKS_MAX = 1_000;

  /**
   * Adds a webhook. Fails with {@code TOO_MANY_WEBHOOKS} if the owner has {@value
   * #WEBHOOKS_PER_OWNER_MAX}, or the store has {@value #WEBHOOKS_MAX}.
   */
  CompletableFuture<Webhook> createWebhook(Webhook webhook, AuditContext audit);

  /** Finds a webhook. */
  CompletableFuture<Optional<Webhook>> findWebhook(UUID webhookId);

  /**
   * Lists all webhooks by id, as an unsigned number.
   *
   * @param owner lists only webhooks of this owner; null for all
   */
  CompletableFuture<List<Webhook>> listWebhooks(@Nullable String owner);

  /**
   * Changes a webhook. {@code change} may be called more than once, must have no side effects and
   * must not change the id, the owner and the create time. An exception of it fails the write.
   * Fails with {@code WEBHOOK_NOT_FOUND} if the webhook does not exist.
   *
   * @param audit null for changes that the server makes by itself
   */
  CompletableFuture<Webhook> updateWebhook(
      UUID webhookId, UnaryOperator<Webhook> change, @Nullable AuditContext audit);

  /**
   * Adds 1 to the renewals of each webhook that a server holds. Completes with the number of these
   * webhooks.
   */
  CompletableFuture<Integer> renewWebhooks(UUID holder);

  /** Deletes a webhook with its failed deliveries. Completes with whether it existed. */
  CompletableFuture<Boolean> deleteWebhook(UUID webhookId, AuditContext audit);

  /**
   * Adds a failed delivery, or replaces the one at the same position. Completes with whether its
   * webhook exists; otherwise nothing is added.
   */
  CompletableFuture<Boolean> putDelivery(FailedDelivery delivery);

  /** Finds a failed delivery. */
  CompletableFuture<Optional<FailedDelivery>> findDelivery(
      UUID webhookId, DeliveryPosition position);

  /** Lists failed deliveries, the one with the last position first. */
  CompletableFuture<List<FailedDelivery>> listDeliveries(DeliveryQuery query);

  /** Removes a failed delivery. Completes with whether it existed. */
  CompletableFuture<Boolean> deleteDelivery(UUID webhookId, DeliveryPosition position);
}
