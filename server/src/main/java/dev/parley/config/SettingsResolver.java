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
 * What was said of each setting, and where: a flag wins over the environment, the environment over
 * the file, the file over the default.
 */
public final class SettingsResolver {
  private static final String ENVIRONMENT_PREFIX = "PARLEY_";

  /** What commands read from the environment besides settings. */
  private static final Set<String> NO_SETTINGS =
      Set.of(
          "PARLEY_CONFIG",
          "PARLEY_SERVER",
          "PARLEY_KEY",
          "PARLEY_CA",
          "PARLEY_CERT",
          "PARLEY_CERT_KEY");

  private final Map<Setting, String> texts = new EnumMap<>(Setting.class);
  private final Map<Setting, String> sources = new EnumMap<>(Setting.class);

  private SettingsResolver() {}

  /**
   * Collects what was said.
   *
   * @param flags the flags that were given
   * @param environment the process's; what is empty there is not said
   * @param file a properties file; null for none
   * @throws ConfigException if the file cannot be read, or file or environment name what is no
   *     setting
   */
  public static SettingsResolver read(
      Map<Setting, String> flags, Map<String, String> environment, @Nullable Path file) {
    SettingsResolver resolver = new SettingsResolver();
    for (Setting setting : Setting.values()) {
      setting.defaultValue().ifPresent(value -> resolver.put(setting, value, "default"));
    }
    if (file != null) {
      resolver.putFile(file);
    }
    resolver.putEnvironment(environment);
    flags.forEach((setting, value) -> resolver.put(setting, value, "--" + setting.key()));
    return resolver;
  }

  /** What a setting is; empty if nothing was said and it has no default. */
  public Optional<String> text(Setting setting) {
    return Optional.ofNullable(texts.get(setting));
  }

  /** Where it was said: a flag, a variable, a file, or {@code default}. */
  public Optional<String> source(Setting setting) {
    return Optional.ofNullable(sources.get(setting));
  }

  private void put(Setting setting, String value, String source) {
    texts.put(setting, value);
    sources.put(setting, source);
  }

  private void putEnvironment(Map<String, String> environment) {
    Set<String> unknown = new TreeSet<>();
    for (String name : environment.keySet()) {
      if (name.startsWith(ENVIRONMENT_PREFIX) && !NO_SETTINGS.contains(name)) {
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
          "The environment has what is no setting: "
              + String.join(", ", unknown)
              + ". `parley config --reference` lists them all.");
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

  /** What is said and not blank. */
  String required(Setting setting) {
    String value = texts.getOrDefault(setting, "");
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
      // Refused below, as a number out of range is.
    }
    throw setting.invalidValue(value);
  }

  Duration seconds(Setting setting, long min, long max) {
    return Duration.ofSeconds(integer(setting, min, max));
  }

  /** Zero, or within the bounds. */
  Duration secondsOrZero(Setting setting, long min, long max) {
    long seconds = integer(setting, 0, max);
    if (seconds > 0 && seconds < min) {
      throw setting.invalidValue(Long.toString(seconds));
    }
    return Duration.ofSeconds(seconds);
  }

  /** Whether it is the first of two words rather than the second. */
  boolean isFirst(Setting setting, String first, String second) {
    String value = required(setting);
    if (!value.equals(first) && !value.equals(second)) {
      throw setting.invalidValue(value);
    }
    return value.equals(first);
  }

  /** What matches a pattern, if anything was said. */
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

  /** A file that can be read, if one is named. */
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

  /** An http or https URL with a host, if one is given. */
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
      // Refused below, as a URL without a host is.
    }
    throw setting.invalidValue(value);
  }

  /** The refusal of what was said of a setting, or of that nothing was. */
  ConfigException invalidValue(Setting setting) {
    return setting.invalidValue(texts.getOrDefault(setting, ""));
  }
}
