package dev.parley.app.cli;

import dev.parley.config.Setting;
import dev.parley.config.Settings;
import dev.parley.config.SettingsResolver;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags of a server: one per setting that is not a secret, and the configuration file. */
public final class ServeOptions {
  /** The command without a subcommand. Its help shows only the common settings. */
  private static final String PARLEY = "parley";

  private static final Set<Setting> COMMON =
      EnumSet.of(Setting.HOST, Setting.PORT, Setting.DATA, Setting.STORE);

  private final Map<Setting, String> flags = new EnumMap<>(Setting.class);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:PARLEY_CONFIG}",
      description = "Properties file with settings (PARLEY_CONFIG).")
  private @Nullable Path config;

  /** Adds the flags to the command that mixes in these options. */
  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec command) {
    for (Setting setting : Setting.values()) {
      if (setting.isFlag()) {
        command.addOption(option(setting, command.name().equals(PARLEY)));
      }
    }
  }

  private OptionSpec option(Setting setting, boolean commonOnly) {
    String otherwise = setting.defaultValue().map(value -> ", else " + value).orElse("");
    return OptionSpec.builder("--" + setting.key())
        .type(String.class)
        .paramLabel("VALUE")
        .description(
            "%s. Value: %s. Default: %s%s."
                .formatted(
                    setting.meaning(), setting.range(), setting.environmentName(), otherwise))
        .hidden(commonOnly && !COMMON.contains(setting))
        .setter(
            new ISetter() {
              @Override
              @SuppressWarnings("TypeParameterUnusedInFormals") // picocli's.
              public <T> @Nullable T set(@Nullable T value) {
                if (value != null) {
                  flags.put(setting, value.toString());
                }
                return null;
              }
            })
        .build();
  }

  /** The settings as given by flags, environment and file. */
  SettingsResolver resolver() {
    return SettingsResolver.read(flags, System.getenv(), config);
  }

  /** The validated settings. */
  public Settings settings() {
    return Settings.of(resolver());
  }
}
