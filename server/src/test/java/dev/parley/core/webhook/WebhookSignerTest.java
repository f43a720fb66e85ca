package dev.parley.core.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.webhook.WebhookSecrets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebhookSignerTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_614_265_330);
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);

  /** The example of the specification of Standard Webhooks. */
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @Test
  void exampleOfTheSpecification_hasItsSignature() {
    Map<String, String> headers =
        WebhookSigner.headers(WebhookSecrets.of(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", NOW, BODY);

    assertThat(headers)
        .containsEntry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
        .containsEntry("webhook-timestamp", "1614265330")
        .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void previousSecret_signsAsWell_untilItsEnd() {
    WebhookSecrets secrets = WebhookSecrets.of(SECRET).rotated("whsec_c2Vjb25k", NOW);

    assertThat(signatures(secrets, NOW.minusNanos(1)))
        .hasSize(2)
        .endsWith(signatures(WebhookSecrets.of(SECRET), NOW.minusNanos(1)));
    assertThat(signatures(secrets, NOW)).hasSize(1);
  }

  private static String[] signatures(WebhookSecrets secrets, Instant now) {
    return WebhookSigner.headers(secrets, "id", now, BODY).get("webhook-signature").split(" ");
  }

  @Test
  void newSecret_has32RandomBytes() {
    String secret = WebhookSigner.newSecret(new SecureRandom());

    assertThat(secret).startsWith("whsec_");
    assertThat(Base64.getDecoder().decode(secret.substring(6))).hasSize(32);
    assertThat(WebhookSigner.newSecret(new SecureRandom())).isNotEqualTo(secret);
    assertThat(WebhookSecrets.of(secret).toString()).doesNotContain(secret.substring(6));
  }
}
