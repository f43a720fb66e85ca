package dev.parley.model.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that sign the requests of a webhook.
 *
 * @param current the secret: {@code whsec_} and 32 random bytes in base64
 * @param previous the secret before the last rotation; null if there was none
 * @param previousEnd until when requests are signed with the previous secret as well; null if there
 *     is no previous secret
 */
public record WebhookSecrets(
    String current, @Nullable String previous, @Nullable Instant previousEnd) {

  /** A new secret that replaces none. */
  public static WebhookSecrets of(String secret) {
    return new WebhookSecrets(secret, null, null);
  }

  /** Replaces the current secret, which stays in use until {@code end}. */
  public WebhookSecrets rotated(String next, Instant end) {
    return new WebhookSecrets(next, current, end);
  }

  /** Hides the secrets. */
  @Override
  public String toString() {
    return "WebhookSecrets[***]";
  }
}
