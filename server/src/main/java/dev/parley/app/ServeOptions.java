package dev.parley.app;

import dev.parley.config.Setting;
import dev.parley.config.Settings;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of a server. */
final class ServeOptions {
  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Where to listen; default: PARLEY_HOST, else 127.0.0.1.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port, 0 for any; default: PARLEY_PORT, else 8080.")
  private @Nullable String port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder; default: PARLEY_DATA, else ./data.")
  private @Nullable String data;

  @Option(
      names = "--store",
      paramLabel = "URL",
      description = "A PostgreSQL to keep the data in, jdbc:postgresql://…; default: PARLEY_STORE.")
  private @Nullable String store;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A properties file with these and the other settings that README.md lists.")
  private @Nullable Path config;

  /** The settings to serve with. */
  Settings settings() {
    return Settings.load(flags(), System.getenv(), config);
  }

  private Map<Setting, String> flags() {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    put(flags, Setting.HOST, host);
    put(flags, Setting.PORT, port);
    put(flags, Setting.DATA, data);
    put(flags, Setting.STORE, store);
    return flags;
  }

  private static void put(Map<Setting, String> flags, Setting setting, @Nullable String value) {
    if (value != null) {
      flags.put(setting, value);
    }
  }
}
