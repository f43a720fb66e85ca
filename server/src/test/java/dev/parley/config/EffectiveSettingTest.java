package dev.parley.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings as people see them. */
class EffectiveSettingTest {
  private static EffectiveSetting shown(Setting setting, String value) {
    SettingsResolver resolver = SettingsResolver.read(Map.of(setting, value), Map.of(), null);
    return EffectiveSetting.list(resolver).get(setting.ordinal());
  }

  @Test
  void everySecret_isMasked() {
    Map<Setting, String> secrets =
        Arrays.stream(Setting.values())
            .filter(Setting::isSecret)
            .collect(Collectors.toMap(setting -> setting, setting -> "hidden-" + setting.key()));
    SettingsResolver resolver = SettingsResolver.read(secrets, Map.of(), null);

    assertThat(secrets).hasSize(4);
    assertThat(EffectiveSetting.list(resolver).toString()).doesNotContain("hidden");
    assertThat(shown(Setting.ROOT_KEY, "hidden").value()).contains("***");
  }

  @ParameterizedTest
  @CsvSource({
    "STORE, jdbc:postgresql://db/parley, jdbc:postgresql://db/parley",
    "STORE, jdbc:postgresql://db/parley?user=me&password=hidden, jdbc:postgresql://db/parley ***",
    "STORE, jdbc:postgresql://me:hidden@db:5432/parley, jdbc:postgresql://db:5432/parley ***",
    "STORE, 'jdbc:postgresql://a:1,[::1]:2/p?x=hid@den', 'jdbc:postgresql://a:1,[::1]:2/p ***'",
    "STORE, jdbc:postgresql://me:hid/den@db/parley, ***",
    "STORE, jdbc:postgresql://me:hid@den@db/parley, ***",
    "STORE, jdbc:postgresql://me:hid?den@db/parley, ***",
    "STORE, jdbc:postgresql:parley?password=hidden, ***",
    "JWT_JWKS, https://me:hidden@idp.example/keys?token=hidden, https://idp.example/keys ***",
    "JWT_JWKS, https://idp.example/keys, https://idp.example/keys",
    "JWT_JWKS, /etc/parley/jwks@home.json, /etc/parley/jwks@home.json",
    "OTLP_ENDPOINT, http://me:hidden@127.0.0.1:4318/v1/traces, http://127.0.0.1:4318/v1/traces ***",
    "OTLP_ENDPOINT, http://me:hid den@127.0.0.1/, ***",
    "HOST, ::1, ::1"
  })
  void value_credentialsInUrls_masked(Setting setting, String value, String expected) {
    assertThat(shown(setting, value).value()).contains(expected);
  }

  @Test
  void source_toldWithTheValue() {
    assertThat(shown(Setting.HOST, "::1").source()).contains("--host");
    assertThat(shown(Setting.HOST, "::1").setting()).isEqualTo(Setting.HOST);
    SettingsResolver resolver = SettingsResolver.read(Map.of(), Map.of("PARLEY_PORT", "1"), null);
    assertThat(EffectiveSetting.list(resolver).get(Setting.PORT.ordinal()).source())
        .contains("PARLEY_PORT");
    EffectiveSetting unset = EffectiveSetting.list(resolver).get(Setting.STORE.ordinal());
    assertThat(unset.value()).isEmpty();
    assertThat(unset.source()).isEmpty();
  }
}
