package dev.parley.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every setting: its name, what it means, its range and its default. */
public enum Setting {
  HOST(Group.PLACE, "host", "The address to listen on", "a host name or address", "127.0.0.1"),
  PORT(
      Group.PLACE, "port", "The port to listen on; 0 takes any that is free", "0 to 65535", "8080"),
  DATA(
      Group.PLACE,
      "data",
      "The folder of the embedded store and the root key",
      "a folder",
      "./data"),
  STORE(
      Group.PLACE,
      "store",
      "Where to keep the data, if not in the embedded store",
      "a URL that begins with jdbc:postgresql:",
      null),
  STORE_CONNECTIONS(
      Group.PLACE,
      "store-connections",
      "How many connections to PostgreSQL a server holds at most",
      "8 to 1000",
      "16"),
  BLOCK_CACHE_BYTES(
      Group.PLACE,
      "block-cache-bytes",
      "The memory, outside of the heap, in which the embedded store keeps what was read",
      "1048576 to 1099511627776",
      "134217728"),

  ROOT_KEY(
      Group.CALLERS,
      "root-key",
      "The root key; without it one is made and kept in root.key in the data folder",
      "g_root_ and 48 hexadecimal digits in lower case",
      null),
  JWT_HS256_SECRET(
      Group.CALLERS,
      "jwt-hs256-secret",
      "The secret that signs users' tokens with HS256",
      "32 bytes of UTF-8 or more",
      null),
  JWT_JWKS(
      Group.CALLERS,
      "jwt-jwks",
      "The public keys that sign users' tokens with RS, PS or ES 256 to 512, a JWK Set",
      "a file, or an http or https URL",
      null),
  JWT_AUDIENCE(
      Group.CALLERS,
      "jwt-audience",
      "The audience that users' tokens must name",
      "1 to 255 characters",
      "authenticated"),
  JWT_OWNER(
      Group.CALLERS,
      "jwt-owner",
      "The owner whose agents the users reach",
      "1 to 255 characters, given if jwt-hs256-secret or jwt-jwks is, and only then",
      null),

  TLS_CERTIFICATE(
      Group.NETWORK,
      "tls-certificate",
      "The certificate to show, and those that vouch for it; the port speaks TLS only then",
      "a file in PEM, given if tls-key is, and only then",
      null),
  TLS_KEY(
      Group.NETWORK,
      "tls-key",
      "The private key of tls-certificate",
      "a file in PEM, RSA or EC, PKCS #8 without a password, given if tls-certificate is, and only"
          + " then",
      null),
  TLS_CLIENT_CA(
      Group.NETWORK,
      "tls-client-ca",
      "Who vouches for clients: with it each must show a certificate",
      "a file in PEM, given only if tls-certificate is",
      null),
  CORS_ORIGINS(
      Group.NETWORK,
      "cors-origins",
      "The web sites whose pages may call from a browser",
      "origins such as https://app.example, joined by commas, or *",
      null),
  TRUSTED_PROXIES(
      Group.NETWORK,
      "trusted-proxies",
      "The proxies whose X-Forwarded-For says which address calls",
      "IP addresses and CIDR blocks, joined by commas",
      null),
  CONNECTIONS_MAX(
      Group.NETWORK,
      "connections-max",
      "How many connections may be open at once; those beyond are closed at once",
      "1 to 1000000",
      "10000"),
  IDLE_TIMEOUT_SECONDS(
      Group.NETWORK,
      "idle-timeout-seconds",
      "How long a connection without calls is kept, and how long a request's headers may take",
      "1 to 86400",
      "90"),
  KEEPALIVE_SECONDS(
      Group.NETWORK,
      "keepalive-seconds",
      "After how long without traffic a client over HTTP/2 is asked whether it is still there",
      "0, which is never, or 1 to 3600, and less than idle-timeout-seconds",
      "30"),
  CONNECTION_AGE_SECONDS_MAX(
      Group.NETWORK,
      "connection-age-seconds-max",
      "After how long a connection is closed, once its calls are answered, so that clients find"
          + " new servers",
      "0, which is never, or 10 to 86400",
      "0"),
  RESETS_PER_MINUTE_MAX(
      Group.NETWORK,
      "resets-per-minute-max",
      "How many calls a client may cancel per minute over one HTTP/2 connection. A connection with"
          + " more is closed",
      "1 to 10000000",
      "30000"),
  DRAIN_SECONDS(
      Group.NETWORK,
      "drain-seconds",
      "How long a server that is told to stop goes on while /readyz says 503, so that balancers"
          + " look elsewhere first",
      "0 to 600",
      "0"),

  RATE_LIMIT(
      Group.LIMITS,
      "rate-limit",
      "How many calls a minute an address, and a key or token, may make over every API; without"
          + " it 60 over grip's, and over others no limit; root is never limited",
      "on, which is 60/min, off, or a number from 1 to 1000000 followed by /min",
      null),
  FAILED_LOGINS_PER_MINUTE_MAX(
      Group.LIMITS,
      "failed-logins-per-minute-max",
      "How many calls per minute may fail to authenticate from one address. Those beyond are"
          + " rejected with RATE_LIMITED; calls with a valid credential are not affected",
      "0, which is no limit, or 1 to 1000000",
      "600"),
  REQUEST_BYTES_MAX(
      Group.LIMITS,
      "request-bytes-max",
      "The most bytes of a request's body or message",
      "1024 to 268435456",
      "16777216"),
  CONTENT_BYTES_MAX(
      Group.LIMITS,
      "content-bytes-max",
      "The most bytes of one message's content",
      "1 to 67108864, and not more than request-bytes-max",
      "1048576"),
  REQUEST_TIMEOUT_SECONDS(
      Group.LIMITS,
      "request-timeout-seconds",
      "How long a call may take, whatever deadline it brings",
      "1 to 3600",
      "30"),
  WRITE_TIMEOUT_SECONDS(
      Group.LIMITS,
      "write-timeout-seconds",
      "How long a client may read nothing of an answer before it is cut off",
      "1 to 3600",
      "30"),
  CALLS_IN_FLIGHT_MAX(
      Group.LIMITS,
      "calls-in-flight-max",
      "How many calls a server works on at once. Those beyond are rejected with OVERLOADED and may"
          + " be sent again. A caller with less than a quarter of them is still served when others"
          + " have used them up",
      "1 to 1000000",
      "2048"),
  BYTES_IN_FLIGHT_MAX(
      Group.LIMITS,
      "bytes-in-flight-max",
      "How many bytes of request bodies and answers the server keeps in memory at once. Calls"
          + " beyond are rejected with OVERLOADED, shared as calls-in-flight-max is. Without it a"
          + " quarter of the Java heap",
      "1048576 to 1099511627776, and not less than request-bytes-max",
      null),
  SWEEP_SECONDS(
      Group.LIMITS,
      "sweep-seconds",
      "How often sessions that are due are deleted",
      "0, which is never, or 1 to 86400",
      "60"),

  LOG_FORMAT(
      Group.SIGHT,
      "log-format",
      "How the log is written: lines for people, or a JSON object a line",
      "text or json",
      "text"),
  ACCESS_LOG(
      Group.SIGHT, "access-log", "Whether each call has a line in the log", "on or off", "off"),
  OTLP_ENDPOINT(
      Group.SIGHT,
      "otlp-endpoint",
      "Where traces are sent to, by OTLP over HTTP; without it none are made",
      "an http or https URL such as http://127.0.0.1:4318/v1/traces",
      null),
  OTLP_HEADERS(
      Group.SIGHT,
      "otlp-headers",
      "Headers to send traces with",
      "name=value, joined by commas, given only if otlp-endpoint is",
      null),
  TRACE_RATIO(
      Group.SIGHT,
      "trace-ratio",
      "Which part of the calls is traced, of those whose caller does not say",
      "0 to 1",
      "1");

  /** What settings are about. */
  public enum Group {
    PLACE("Where it listens, and where the data is"),
    CALLERS("Who may call"),
    NETWORK("Connections"),
    LIMITS("Limits"),
    SIGHT("Logs and traces");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    /** A heading. */
    public String title() {
      return title;
    }
  }

  private final Group group;
  private final String key;
  private final String meaning;
  private final String range;
  private final Optional<String> defaultValue;

  Setting(Group group, String key, String meaning, String range, @Nullable String defaultValue) {
    this.group = group;
    this.key = key;
    this.meaning = meaning;
    this.range = range;
    this.defaultValue = Optional.ofNullable(defaultValue);
  }

  /** What it is about. */
  public Group group() {
    return group;
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

  /** Whether its value is for nobody's eyes, or may hold what is. */
  public boolean isSecret() {
    return this == ROOT_KEY || this == JWT_HS256_SECRET || this == STORE || this == OTLP_HEADERS;
  }

  /**
   * Whether it can be a flag: arguments are seen by everybody on the machine, so that secrets are
   * none. A store's URL is one all the same, as it need not hold a password.
   */
  public boolean isFlag() {
    return !isSecret() || this == STORE;
  }

  /** The setting with this name in a file. */
  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
  }

  ConfigException refuse(String value) {
    return new ConfigException(
        "The setting %s (%s) cannot be \"%s\": it must be %s."
            .formatted(key, environmentName(), isSecret() ? "***" : value, range));
  }
}
