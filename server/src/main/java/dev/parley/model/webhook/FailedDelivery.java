package dev.parley.model.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that a webhook gave up to deliver. It names the event and does not contain it.
 *
 * @param webhookId the webhook
 * @param position the place of the event
 * @param type the type of the event
 * @param agentId the agent of the session
 * @param sessionId the session
 * @param sequence the sequence of the message of a {@code MESSAGE_CREATED} event; otherwise 0
 * @param runId the run of a {@code RUN_CHANGED} event; otherwise null
 * @param attempts how many requests were sent
 * @param failTime when the last request failed, in microseconds
 * @param error why the last request failed
 */
public record FailedDelivery(
    UUID webhookId,
    DeliveryPosition position,
    WebhookEventType type,
    UUID agentId,
    UUID sessionId,
    long sequence,
    @Nullable String runId,
    int attempts,
    Instant failTime,
    String error) {}
