package dev.parley.storage.webhook;

import dev.parley.model.webhook.DeliveryPosition;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of failed deliveries.
 *
 * @param webhookId the webhook
 * @param before only deliveries before this position; null for all
 * @param limit the page size, at least 1
 */
public record DeliveryQuery(UUID webhookId, @Nullable DeliveryPosition before, int limit) {}
