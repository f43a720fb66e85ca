package dev.parley.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import dev.parley.testing.Tokens;
import java.text.ParseException;
import org.junit.jupiter.api.Test;

class SharedSecretVerifierTest {
  private static final String CLAIMS = "{\"sub\":\"ada\"}";

  private final SharedSecretVerifier secret = new SharedSecretVerifier(Tokens.SECRET);

  @Test
  void signed_withTheSecret_isTrue() throws ParseException {
    assertThat(secret.verify(JWSObject.parse(Tokens.hs256(CLAIMS)))).isTrue();
  }

  @Test
  void signed_withAnotherSecretOrChanged_isFalse() throws ParseException {
    String other = Tokens.hs256("another secret of thirty-two bytes!".getBytes(UTF_8), CLAIMS);
    String[] parts = Tokens.hs256(CLAIMS).split("\\.");
    String changed = parts[0] + "." + Tokens.base64("{\"sub\":\"bob\"}") + "." + parts[2];

    assertThat(secret.verify(JWSObject.parse(other))).isFalse();
    assertThat(secret.verify(JWSObject.parse(changed))).isFalse();
  }

  @Test
  void signed_withAnAlgorithmOfAnotherKind_isFalse() throws ParseException {
    String token = Tokens.hs256Raw("{\"alg\":\"RS256\"}", CLAIMS);

    assertThat(secret.verify(JWSObject.parse(token))).isFalse();
  }

  @Test
  void algorithms_isHs256Alone() {
    assertThat(secret.algorithms()).containsExactly(JWSAlgorithm.HS256);
    assertThat(secret.mayBlock()).isFalse();
  }

  @Test
  void create_lessThanThirtyTwoBytes_failsWithoutTheSecret() {
    String shortSecret = Tokens.SECRET.substring(1);

    assertThatThrownBy(() -> new SharedSecretVerifier(shortSecret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(shortSecret)
        .hasNoCause();
  }

  @Test
  void create_countsBytesNotCharacters() {
    assertThat(new SharedSecretVerifier("\u00e9".repeat(16)).algorithms()).hasSize(1);
  }
}
