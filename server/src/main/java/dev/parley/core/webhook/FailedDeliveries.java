package dev.parley.core.webhook;

import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.storage.webhook.DeliveryQuery;
import dev.parley.storage.webhook.WebhookStore;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Adds events to the failed deliveries of a webhook. Used by the thread of the workers. */
final class FailedDeliveries {
  private final WebhookStore store;
  private final UUID webhookId;

  /**
   * Those that were added and may still be sent again, because their addition was not confirmed.
   */
  private final Set<DeliveryPosition> added = new HashSet<>();

  FailedDeliveries(WebhookStore store, UUID webhookId) {
    this.store = store;
    this.webhookId = webhookId;
  }

  /** Adds an event. Completes with whether the list is full now. */
  CompletableFuture<Boolean> add(
      WebhookEvents.Event event, int attempts, Instant now, String error) {
    if (added.size() < RetryRules.FAILED_DELIVERIES_MAX) {
      added.add(event.position());
    }
    DeliveryQuery all = new DeliveryQuery(webhookId, null, RetryRules.FAILED_DELIVERIES_MAX);
    return store
        .putDelivery(WebhookEvents.failed(webhookId, event, attempts, now, error))
        .thenCompose(put -> store.listDeliveries(all))
        .thenApply(listed -> listed.size() >= RetryRules.FAILED_DELIVERIES_MAX);
  }

  /** Removes an event that was added and then accepted after all. */
  void accepted(DeliveryPosition position) {
    if (added.remove(position)) {
      var unused = store.deleteDelivery(webhookId, position);
    }
  }
}
