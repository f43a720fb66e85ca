package dev.parley.storage.rules;

import dev.parley.model.webhook.Webhook;
import dev.parley.storage.webhook.WebhookStore;
import java.util.List;

/** The limits of webhooks, in all stores. */
public final class WebhookRules {
  private WebhookRules() {}

  /**
   * Fails with {@code TOO_MANY_WEBHOOKS} if a webhook cannot be added.
   *
   * @param all all webhooks of the store
   */
  public static void requireRoom(List<Webhook> all, Webhook added) {
    if (all.stream().anyMatch(each -> each.webhookId().equals(added.webhookId()))) {
      throw new IllegalArgumentException("A webhook with this id already exists.");
    }
    long own = all.stream().filter(each -> each.owner().equals(added.owner())).count();
    if (own >= WebhookStore.WEBHOOKS_PER_OWNER_MAX) {
      throw StoreErrors.tooManyWebhooks("The owner", WebhookStore.WEBHOOKS_PER_OWNER_MAX);
    }
    if (all.size() >= WebhookStore.WEBHOOKS_MAX) {
      throw StoreErrors.tooManyWebhooks("The server", WebhookStore.WEBHOOKS_MAX);
    }
  }
}
