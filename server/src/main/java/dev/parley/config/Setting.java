package dev.parley.config;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every setting: its name, what it means, its range and its default. */
public enum Setting {
  HOST("host", "The address to listen on", "a host name or address", "127.0.0.1"),
  PORT("port", "The port to listen on; 0 takes any that is free", "0 to 65535", "8080"),
  DATA("data", "The folder of the embedded store and the root key", "a folder", "./data"),
  STORE(
      "store",
      "Where to keep the data, if not in the embedded store",
      "a URL that begins with jdbc:postgresql:",
      null),
  STORE_CONNECTIONS(
      "store-connections",
      "How many connections to PostgreSQL a server holds at most",
      "8 to 1000",
      "16"),
  ROOT_KEY(
      "root-key",
      "The root key; without it one is made and kept in root.key in the data folder",
      "g_root_ and 48 hexadecimal digits in lower case",
      null),
  RATE_LIMIT(
      "rate-limit",
      "How many calls a minute an address, and a key or token, may make over every API; without"
          + " it 60 over grip's, and over others no limit; root is never limited",
      "on, which is 60/min, off, or a number from 1 to 1000000 followed by /min",
      null),
  TRUSTED_PROXIES(
      "trusted-proxies",
      "The proxies whose X-Forwarded-For says which address calls",
      "IP addresses and CIDR blocks, joined by commas",
      null),
  JWT_HS256_SECRET(
      "jwt-hs256-secret",
      "The secret that signs users' tokens with HS256",
      "32 bytes of UTF-8 or more",
      null),
  JWT_JWKS(
      "jwt-jwks",
      "The public keys that sign users' tokens with RS, PS or ES 256 to 512, a JWK Set",
      "a file, or an http or https URL",
      null),
  JWT_AUDIENCE(
      "jwt-audience",
      "The audience that users' tokens must name",
      "1 to 255 characters",
      "authenticated"),
  JWT_OWNER(
      "jwt-owner",
      "The owner whose agents the users reach",
      "1 to 255 characters, given if jwt-hs256-secret or jwt-jwks is, and only then",
      null),
  REQUEST_BYTES_MAX(
      "request-bytes-max",
      "The most bytes of a request's body or message",
      "1024 to 268435456",
      "16777216"),
  CONTENT_BYTES_MAX(
      "content-bytes-max",
      "The most bytes of one message's content",
      "1 to 67108864, and not more than request-bytes-max",
      "1048576"),
  REQUEST_TIMEOUT_SECONDS(
      "request-timeout-seconds",
      "How long a call may take, whatever deadline it brings",
      "1 to 3600",
      "30"),
  CALLS_IN_FLIGHT_MAX(
      "calls-in-flight-max",
      "How many calls a server works on at once; those beyond are refused, and may be tried again",
      "1 to 1000000",
      "2048"),
  BLOCK_CACHE_BYTES(
      "block-cache-bytes",
      "The memory, outside of the heap, in which the embedded store keeps what was read",
      "1048576 to 1099511627776",
      "134217728");

  private final String key;
  private final String meaning;
  private final String range;
  private final Optional<String> defaultValue;

  Setting(String key, String meaning, String range, @Nullable String defaultValue) {
    this.key = key;
    this.meaning = meaning;
    this.range = range;
    this.defaultValue = Optional.ofNullable(defaultValue);
  }

  /** Its name in a file, and as a flag after {@code --}. */
  public String key() {
    return key;
  }

  /** Its name in the environment. */
  public String environmentName() {
    return "PARLEY_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** What it means. */
  public String meaning() {
    return meaning;
  }

  /** What it may be. */
  public String range() {
    return range;
  }

  /** What it is if nothing is said. */
  public Optional<String> defaultValue() {
    return defaultValue;
  }

  ConfigException refuse(String value) {
    // A store's URL may hold a password.
    boolean secret = this == ROOT_KEY || this == JWT_HS256_SECRET || this == STORE;
    String shown = secret ? "***" : value;
    return new ConfigException(
        "The setting %s (%s) cannot be \"%s\": it must be %s."
            .formatted(key, environmentName(), shown, range));
  }
}
