package dev.parley.core.webhook;

import dev.parley.model.webhook.Webhook;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends signed requests. */
final class Delivery {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  private final WebhookSender sender;
  private final Clock clock;

  Delivery(WebhookSender sender, Clock clock) {
    this.sender = sender;
    this.clock = clock;
  }

  /** Sends an event once. The future never fails. */
  CompletableFuture<WebhookSender.Answer> send(Webhook webhook, WebhookEvents.Event event) {
    return send(webhook, WebhookEvents.id(webhook.webhookId(), event.position()), event.body());
  }

  /**
   * Sends a body once. The future never fails.
   *
   * @param id names the event in the request
   */
  CompletableFuture<WebhookSender.Answer> send(Webhook webhook, String id, byte[] body) {
    Instant now = clock.instant();
    try {
      return sender.send(
          URI.create(webhook.profile().url()),
          WebhookSigner.headers(webhook.secrets(), id, now, body),
          body);
    } catch (RuntimeException e) {
      log.error("A request of the webhook {} cannot be made.", webhook.webhookId(), e);
      return CompletableFuture.completedFuture(
          WebhookSender.Answer.none("The request cannot be made. The log has the reason."));
    }
  }
}
