package dev.parley.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Sha256;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeySecretTest {
  private static final String DIGITS = "0123456789abcdef".repeat(3);
  private static final SecureRandom RANDOM = new SecureRandom();

  @ParameterizedTest
  @EnumSource
  void random_isWellFormedAndNew(KeySecret.Kind kind) {
    KeySecret one = KeySecret.random(kind, RANDOM);
    KeySecret two = KeySecret.random(kind, RANDOM);

    assertThat(KeySecret.isWellFormed(one.text())).isTrue();
    assertThat(one.text()).startsWith(KeySecret.PREFIX);
    assertThat(one).isNotEqualTo(two);
    assertThat(one.isRoot()).isEqualTo(kind == KeySecret.Kind.ROOT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"g_root_", "g_master_", "g_agent_"})
  void isWellFormed_prefixAndFortyEightDigits(String prefix) {
    assertThat(KeySecret.isWellFormed(prefix + DIGITS)).isTrue();
    assertThat(KeySecret.isWellFormed(prefix + DIGITS + "0")).isFalse();
    assertThat(KeySecret.isWellFormed(prefix + DIGITS.substring(1))).isFalse();
    assertThat(KeySecret.isWellFormed(prefix)).isFalse();
    assertThat(KeySecret.isWellFormed(prefix + DIGITS.replace('f', 'F'))).isFalse();
    assertThat(KeySecret.isWellFormed(prefix + DIGITS.replace('f', 'g'))).isFalse();
    assertThat(KeySecret.isWellFormed(" " + prefix + DIGITS)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "g_", "g_user_", "G_ROOT_", "root_"})
  void isWellFormed_otherPrefix_isNot(String prefix) {
    assertThat(KeySecret.isWellFormed(prefix + DIGITS)).isFalse();
  }

  @Test
  void create_malformed_failsWithoutTheText() {
    assertThatThrownBy(() -> new KeySecret("g_root_secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void hash_isOfTheWholeText() {
    KeySecret secret = new KeySecret("g_agent_" + DIGITS);

    assertThat(secret.hash()).isEqualTo(Sha256.of(secret.text().getBytes(US_ASCII)));
    assertThat(secret.hash()).isNotEqualTo(new KeySecret("g_root_" + DIGITS).hash());
  }

  @Test
  void toString_neverShowsTheSecret() {
    assertThat(new KeySecret("g_root_" + DIGITS)).hasToString("***");
  }
}
