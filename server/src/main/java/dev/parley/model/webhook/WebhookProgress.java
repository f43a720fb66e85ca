package dev.parley.model.webhook;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far the deliveries of a webhook are.
 *
 * @param position all events up to here are delivered, or listed as failed deliveries
 * @param holder the server that delivers; null if none does
 * @param renewals grows while the holder is alive
 * @param lastSuccessTime when the receiver last accepted a request; null for never
 * @param failingSince since when the receiver has accepted no request; null if the last request was
 *     accepted, or if there was none
 * @param lastError why the last request failed; null if it was accepted, or if there was none
 */
public record WebhookProgress(
    DeliveryPosition position,
    @Nullable UUID holder,
    long renewals,
    @Nullable Instant lastSuccessTime,
    @Nullable Instant failingSince,
    @Nullable String lastError) {

  /** The progress of a webhook that starts at a position. */
  public static WebhookProgress startingAt(DeliveryPosition position) {
    return new WebhookProgress(position, null, 0, null, null, null);
  }

  /** The progress with another holder. */
  public WebhookProgress heldBy(@Nullable UUID server) {
    return new WebhookProgress(
        position, server, renewals + 1, lastSuccessTime, failingSince, lastError);
  }

  /** The progress at another position. */
  public WebhookProgress at(DeliveryPosition other) {
    return new WebhookProgress(other, holder, renewals, lastSuccessTime, failingSince, lastError);
  }

  /** The progress without an ongoing failure. */
  public WebhookProgress withoutFailure() {
    return new WebhookProgress(position, holder, renewals, lastSuccessTime, null, null);
  }
}
