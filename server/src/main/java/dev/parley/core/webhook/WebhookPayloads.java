package dev.parley.core.webhook;

import dev.parley.core.watch.WatchEvent;
import java.time.Instant;
import java.util.UUID;

/** Writes the bodies of requests to receivers of webhooks. */
public interface WebhookPayloads {
  /** The type of the event of a test request. */
  String TEST = "webhook.test";

  /** The body for an event, as JSON in UTF-8. */
  byte[] of(UUID webhookId, WatchEvent event, Instant now);

  /** The body of a test request, as JSON in UTF-8. */
  byte[] test(UUID webhookId, Instant now);
}
