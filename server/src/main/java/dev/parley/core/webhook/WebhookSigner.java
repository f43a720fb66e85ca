package dev.parley.core.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.webhook.WebhookSecrets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests as <a href="https://www.standardwebhooks.com">Standard Webhooks</a> describes. The
 * signature covers the id, the time and the body.
 */
final class WebhookSigner {
  private static final String PREFIX = "whsec_";
  private static final int SECRET_BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  private WebhookSigner() {}

  /** Draws a secret. */
  static String newSecret(SecureRandom random) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return PREFIX + Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * The headers of a request. Within the overlap after a rotation, there is a signature of each
   * secret.
   *
   * @param id names the event; it is the same in each request for the event
   * @param now when the request is sent
   */
  static Map<String, String> headers(WebhookSecrets secrets, String id, Instant now, byte[] body) {
    String time = Long.toString(now.getEpochSecond());
    String signatures = sign(secrets.current(), id, time, body);
    if (secrets.previous() != null
        && secrets.previousEnd() != null
        && now.isBefore(secrets.previousEnd())) {
      signatures += " " + sign(secrets.previous(), id, time, body);
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", time);
    headers.put("webhook-signature", signatures);
    return headers;
  }

  private static String sign(String secret, String id, String time, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update((id + "." + time + ".").getBytes(UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HMAC with SHA-256.", e);
    }
  }
}
