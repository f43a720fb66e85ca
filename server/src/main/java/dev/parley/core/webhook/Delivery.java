package dev.parley.core.webhook;

import dev.parley.core.watch.WatchEvent;
import dev.parley.model.webhook.Webhook;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes signed requests of events, and sends them. */
final class Delivery {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  private final WebhookSender sender;
  private final WebhookPayloads payloads;
  private final Clock clock;

  Delivery(WebhookSender sender, WebhookPayloads payloads, Clock clock) {
    this.sender = sender;
    this.payloads = payloads;
    this.clock = clock;
  }

  /** Sends an event once. The future never fails. */
  CompletableFuture<WebhookSender.Answer> send(Webhook webhook, WatchEvent event) {
    UUID webhookId = webhook.webhookId();
    String id = WebhookEvents.id(webhookId, WebhookEvents.position(event.cursor()));
    return send(webhook, id, now -> payloads.of(webhookId, event, now));
  }

  /** Sends a test request once. The future never fails. */
  CompletableFuture<WebhookSender.Answer> sendTest(Webhook webhook, String id) {
    return send(webhook, id, now -> payloads.test(webhook.webhookId(), now));
  }

  private CompletableFuture<WebhookSender.Answer> send(
      Webhook webhook, String id, Function<Instant, byte[]> payload) {
    Instant now = clock.instant();
    try {
      byte[] body = payload.apply(now);
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
