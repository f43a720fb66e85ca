package dev.parley.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a server runs with. Made only of values that are in their range.
 *
 * @param host see {@link Setting#HOST}, as the others
 */
public record Settings(
    String host,
    int port,
    Path data,
    Optional<String> store,
    int storeConnections,
    Optional<String> rootKey,
    RateLimit rateLimit,
    List<AddressBlock> trustedProxies,
    Optional<JwtSettings> jwt,
    int requestBytesMax,
    int contentBytesMax,
    Duration requestTimeout,
    int callsInFlightMax,
    long blockCacheBytes) {

  private static final String ROOT_KEY_FORM = "g_root_[0-9a-f]{48}";
  private static final String STORE_FORM = "jdbc:postgresql:.+";

  public Settings {
    if (contentBytesMax > requestBytesMax) {
      throw Setting.CONTENT_BYTES_MAX.refuse(Integer.toString(contentBytesMax));
    }
  }

  /**
   * Reads settings: a flag wins over the environment, the environment over the file, the file over
   * the default.
   *
   * @param flags the flags that were given
   * @param environment the process's
   * @param file a properties file; null for none
   */
  public static Settings load(
      Map<Setting, String> flags, Map<String, String> environment, @Nullable Path file) {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      setting.defaultValue().ifPresent(value -> values.put(setting, value));
    }
    if (file != null) {
      values.putAll(read(file));
    }
    for (Setting setting : Setting.values()) {
      String value = environment.get(setting.environmentName());
      if (value != null && !value.isEmpty()) {
        values.put(setting, value);
      }
    }
    values.putAll(flags);
    return of(values);
  }

  private static Settings of(Map<Setting, String> values) {
    return new Settings(
        text(values, Setting.HOST),
        (int) integer(values, Setting.PORT, 0, 65_535),
        path(values, Setting.DATA),
        secret(values, Setting.STORE, STORE_FORM),
        (int) integer(values, Setting.STORE_CONNECTIONS, 8, 1_000),
        secret(values, Setting.ROOT_KEY, ROOT_KEY_FORM),
        RateLimit.of(values.get(Setting.RATE_LIMIT)),
        AddressBlock.trustedProxies(values.get(Setting.TRUSTED_PROXIES)),
        JwtSettings.of(values),
        (int) integer(values, Setting.REQUEST_BYTES_MAX, 1 << 10, 256 << 20),
        (int) integer(values, Setting.CONTENT_BYTES_MAX, 1, 64 << 20),
        Duration.ofSeconds(integer(values, Setting.REQUEST_TIMEOUT_SECONDS, 1, 3_600)),
        (int) integer(values, Setting.CALLS_IN_FLIGHT_MAX, 1, 1_000_000),
        integer(values, Setting.BLOCK_CACHE_BYTES, 1 << 20, 1L << 40));
  }

  private static Map<Setting, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException("The configuration file " + file + " cannot be read.");
    }
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (String key : properties.stringPropertyNames()) {
      Setting setting =
          Arrays.stream(Setting.values())
              .filter(each -> each.key().equals(key))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ConfigException(
                          "The configuration file " + file + " has an unknown key: " + key));
      values.put(setting, properties.getProperty(key).strip());
    }
    return values;
  }

  private static String text(Map<Setting, String> values, Setting setting) {
    String value = values.getOrDefault(setting, "");
    if (value.isBlank()) {
      throw setting.refuse(value);
    }
    return value;
  }

  private static long integer(Map<Setting, String> values, Setting setting, long min, long max) {
    String value = text(values, setting);
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, as a number out of range is.
    }
    throw setting.refuse(value);
  }

  private static Path path(Map<Setting, String> values, Setting setting) {
    String value = text(values, setting);
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw setting.refuse(value);
    }
  }

  private static Optional<String> secret(
      Map<Setting, String> values, Setting setting, String form) {
    String value = values.get(setting);
    if (value != null && !value.matches(form)) {
      throw setting.refuse(value);
    }
    return Optional.ofNullable(value);
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return "Settings[host=%s, port=%d, data=%s, store=%s, rootKey=%s]"
        .formatted(
            host,
            port,
            data,
            store.map(url -> "***").orElse("embedded"),
            rootKey.map(key -> "***").orElse("made"));
  }
}
