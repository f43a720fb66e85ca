package dev.parley.config;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the value of each setting. A flag takes precedence over an environment variable, a
 * variable over the file, and the file over the default.
 */
public final class SettingsResolver {
  private static final String ENVIRONMENT_PREFIX = "PARLEY_";

  /** Environment variables that commands read but that are not settings. */
  private static final Set<String> COMMAND_VARIABLES =
      Set.of(
          "PARLEY_CONFIG",
          "PARLEY_SERVER",
          "PARLEY_KEY",
          "PARLEY_CA",
          "PARLEY_CERT",
          "PARLEY_CERT_KEY");

  /** The source of values that nobody set. */
  private static final String DEFAULT = "default";

  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  private final Map<Setting, String> sources = new EnumMap<>(Setting.class);

  private SettingsResolver() {}

  /**
   * Reads the settings from all sources.
   *
   * @param flags the flags on the command line
   * @param environment the environment of the process; empty variables are ignored
   * @param file a properties file; null for none
   * @throws ConfigException if the file cannot be read, or if the file or the environment contains
   *     an unknown setting
   */
  public static SettingsResolver read(
      Map<Setting, String> flags, Map<String, String> environment, @Nullable Path file) {
    SettingsResolver resolver = new SettingsResolver();
    for (Setting setting : Setting.values()) {
      setting.defaultValue().ifPresent(value -> resolver.put(setting, value, DEFAULT));
    }
    if (file != null) {
      resolver.putFile(file);
    }
    resolver.putEnvironment(environment);
    flags.forEach((setting, value) -> resolver.put(setting, value, "--" + setting.key()));
    return resolver;
  }

  /** Returns the value of a setting; empty if it is not set and has no default. */
  public Optional<String> text(Setting setting) {
    return Optional.ofNullable(values.get(setting));
  }

  /** Returns the source of the value: a flag, a variable, a file, or {@code default}. */
  public Optional<String> source(Setting setting) {
    return Optional.ofNullable(sources.get(setting));
  }

  /** Lowers the default of a setting to {@code max}. A value that was set stays as it is. */
  void limitDefault(Setting setting, long max) {
    boolean isDefault = DEFAULT.equals(sources.get(setting));
    if (isDefault && Long.parseLong(required(setting)) > max) {
      put(setting, Long.toString(max), DEFAULT);
    }
  }

  private void put(Setting setting, String value, String source) {
    values.put(setting, value);
    sources.put(setting, source);
  }

  private void putEnvironment(Map<String, String> environment) {
    Set<String> unknown = new TreeSet<>();
    for (String name : environment.keySet()) {
      if (name.startsWith(ENVIRONMENT_PREFIX) && !COMMAND_VARIABLES.contains(name)) {
        unknown.add(name);
      }
    }
    for (Setting setting : Setting.values()) {
      String name = setting.environmentName();
      String value = environment.get(name);
      unknown.remove(name);
      if (value != null && !value.isEmpty()) {
        put(setting, value, name);
      }
    }
    if (!unknown.isEmpty()) {
      throw new ConfigException(
          "The environment contains unknown settings: "
              + String.join(", ", unknown)
              + ". `parley config --reference` lists all settings.");
    }
  }

  private void putFile(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException("The configuration file " + file + " cannot be read.");
    }
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      Setting setting =
          Setting.ofKey(key)
              .orElseThrow(
                  () ->
                      new ConfigException(
                          "The configuration file " + file + " has an unknown key: " + key));
      put(setting, properties.getProperty(key).strip(), file.toString());
    }
  }

  /** Returns a value that must not be blank. */
  String required(Setting setting) {
    String value = values.getOrDefault(setting, "");
    if (value.isBlank()) {
      throw setting.invalidValue(value);
    }
    return value;
  }

  long integer(Setting setting, long min, long max) {
    String value = required(setting);
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Rejected below, like a number out of range.
    }
    throw setting.invalidValue(value);
  }

  Duration seconds(Setting setting, long min, long max) {
    return Duration.ofSeconds(integer(setting, min, max));
  }

  /** Returns zero or a value within the bounds. */
  Duration secondsOrZero(Setting setting, long min, long max) {
    long seconds = integer(setting, 0, max);
    if (seconds > 0 && seconds < min) {
      throw setting.invalidValue(Long.toString(seconds));
    }
    return Duration.ofSeconds(seconds);
  }

  /** Whether the value is the first of two allowed words. */
  boolean isFirst(Setting setting, String first, String second) {
    String value = required(setting);
    if (!value.equals(first) && !value.equals(second)) {
      throw setting.invalidValue(value);
    }
    return value.equals(first);
  }

  /** Returns the value, which must match a pattern; empty if it is not set. */
  Optional<String> matching(Setting setting, String form) {
    Optional<String> value = text(setting);
    value
        .filter(each -> !each.matches(form))
        .ifPresent(
            each -> {
              throw invalidValue(setting);
            });
    return value;
  }

  Path path(Setting setting) {
    try {
      return Path.of(required(setting));
    } catch (InvalidPathException e) {
      throw invalidValue(setting);
    }
  }

  /** Returns a readable file; empty if the setting is not set. */
  Optional<Path> file(Setting setting) {
    if (text(setting).isEmpty()) {
      return Optional.empty();
    }
    Path file = path(setting);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw invalidValue(setting);
    }
    return Optional.of(file);
  }

  /** Returns an http or https URL with a host; empty if the setting is not set. */
  Optional<URI> url(Setting setting) {
    return text(setting).map(value -> url(setting, value));
  }

  private static URI url(Setting setting, String value) {
    try {
      URI url = new URI(value);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Rejected below, like a URL without a host.
    }
    throw setting.invalidValue(value);
  }

  /** The error for an invalid or missing value of a setting. */
  ConfigException invalidValue(Setting setting) {
    return setting.invalidValue(values.getOrDefault(setting, ""));
  }
}
