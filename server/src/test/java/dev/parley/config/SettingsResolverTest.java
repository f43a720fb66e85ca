package dev.parley.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sources of settings, and unknown settings. */
class SettingsResolverTest {
  /** Flags beat the environment, the environment beats the file, the file beats the default. */
  @ParameterizedTest
  @EnumSource(names = {"PORT", "REQUEST_TIMEOUT_SECONDS"})
  void load_saidThrice_nearestWins(Setting setting, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("parley.properties"), setting.key() + " = 3\n");
    Map<String, String> environment = Map.of(setting.environmentName(), "2");

    SettingsResolver all = SettingsResolver.read(Map.of(setting, "1"), environment, file);
    assertThat(value(Settings.of(all), setting)).isEqualTo(1);
    assertThat(all.source(setting)).hasValue("--" + setting.key());

    SettingsResolver withoutFlag = SettingsResolver.read(Map.of(), environment, file);
    assertThat(value(Settings.of(withoutFlag), setting)).isEqualTo(2);
    assertThat(withoutFlag.source(setting)).hasValue(setting.environmentName());

    SettingsResolver fileOnly = SettingsResolver.read(Map.of(), Map.of(), file);
    assertThat(value(Settings.of(fileOnly), setting)).isEqualTo(3);
    assertThat(fileOnly.source(setting)).hasValue(file.toString());
  }

  /** A shell variable that is set and empty. */
  @Test
  void load_emptyInEnvironment_isNotSaid() {
    SettingsResolver resolver = SettingsResolver.read(Map.of(), Map.of("PARLEY_PORT", ""), null);

    assertThat(Settings.of(resolver).port()).isEqualTo(8080);
    assertThat(resolver.source(Setting.PORT)).hasValue("default");
  }

  /** Kubernetes and typing errors create such variables. */
  @Test
  void read_environmentNamesWhatIsNoSetting_refusedNamingAll() {
    Map<String, String> environment =
        Map.of("PARLEY_PROT", "1", "PARLEY_SERVICE_HOST", "10.0.0.1", "PARLEY_PORT", "1");

    assertThatThrownBy(() -> SettingsResolver.read(Map.of(), environment, null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("unknown settings: PARLEY_PROT, PARLEY_SERVICE_HOST.");
  }

  @Test
  void read_environmentNamesWhatCommandsRead_accepted() {
    Map<String, String> environment =
        Map.of("PARLEY_SERVER", "x", "PARLEY_KEY", "x", "PARLEY_CONFIG", "x", "HOME", "/");

    assertThat(SettingsResolver.read(Map.of(), environment, null)).isNotNull();
  }

  @Test
  void load_unknownKeyInFile_refusedNamingIt(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("parley.properties"), "prot=1\n");

    assertThatThrownBy(() -> SettingsResolver.read(Map.of(), Map.of(), file))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("has an unknown key: prot");
  }

  @Test
  void load_fileMissing_refused() {
    assertThatThrownBy(() -> SettingsResolver.read(Map.of(), Map.of(), Path.of("no", "such")))
        .isInstanceOf(ConfigException.class);
  }

  private static long value(Settings settings, Setting setting) {
    return setting == Setting.PORT ? settings.port() : settings.requestTimeout().toSeconds();
  }
}
