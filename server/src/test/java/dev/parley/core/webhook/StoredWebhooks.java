package dev.parley.core.webhook;

import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.Webhook;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.model.webhook.WebhookProgress;
import dev.parley.model.webhook.WebhookSecrets;
import dev.parley.storage.Store;
import dev.parley.testing.AuditContexts;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** Webhooks in a store. */
final class StoredWebhooks {
  private StoredWebhooks() {}

  /** Creates a webhook for the events after the last change of the store. */
  static Webhook create(Store store, WebhookEventType... events) {
    long last = store.lastChange().join().number();
    return store
        .webhooks()
        .createWebhook(
            new Webhook(
                UUID.randomUUID(),
                "acme",
                new Webhook.Profile("https://example.com/hook", null, Set.of(events), null),
                WebhookSecrets.of("whsec_" + "c2VjcmV0"),
                null,
                Instant.EPOCH,
                WebhookProgress.startingAt(new DeliveryPosition(last, 0))),
            AuditContexts.any())
        .join();
  }
}
