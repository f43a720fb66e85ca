package dev.parley.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every setting: its name, description, range and default. */
public enum Setting {
  HOST(Group.STORAGE, "host", "Address to listen on", "a host name or address", "127.0.0.1"),
  PORT(Group.STORAGE, "port", "Port to listen on. 0 picks a free port", "0 to 65535", "8080"),
  DATA(
      Group.STORAGE,
      "data",
      "Folder of the embedded store and of the root key",
      "a folder",
      "./data"),
  STORE(
      Group.STORAGE,
      "store",
      "JDBC URL of a PostgreSQL database. If it is not set, data is kept in the embedded store",
      "a URL that begins with jdbc:postgresql:",
      null),
  STORE_CONNECTIONS(
      Group.STORAGE,
      "store-connections",
      "Maximum number of connections from this server to PostgreSQL",
      "8 to 1000",
      "16"),
  STORE_APPEND_QUEUES(
      Group.STORAGE,
      "store-append-queues",
      "Number of queues that commit appends to PostgreSQL, each with a connection of its own."
          + " All appends of an agent go through one queue",
      "1 to 64",
      "4"),
  STORE_WRITERS(
      Group.STORAGE,
      "store-writers",
      "Number of threads that write to the embedded store. All writes of an agent run on the same"
          + " thread. If it is not set, one for every four processors, at least 1 and at most 8",
      "1 to 16",
      null),
  BLOCK_CACHE_BYTES(
      Group.STORAGE,
      "block-cache-bytes",
      "Size of the block cache of the embedded store. It is allocated outside the Java heap",
      "1048576 to 1099511627776",
      "134217728"),

  SEARCH(
      Group.STORAGE,
      "search",
      "Whether the text of messages can be searched. If it is off, no index is kept, and"
          + " SearchMessages fails with SEARCH_OFF. The index is built when it is turned on again",
      "on or off",
      "on"),

  ROOT_KEY(
      Group.AUTHENTICATION,
      "root-key",
      "The root key. If it is not set, the server generates one at the first start and keeps it"
          + " in the file root.key in the data folder",
      "g_root_ and 48 hexadecimal digits in lower case",
      null),
  JWT_HS256_SECRET(
      Group.AUTHENTICATION,
      "jwt-hs256-secret",
      "Secret that verifies HS256 signatures of user tokens",
      "32 bytes of UTF-8 or more",
      null),
  JWT_JWKS(
      Group.AUTHENTICATION,
      "jwt-jwks",
      "JWK Set with the public keys that verify user tokens. The algorithms RS256, RS384,"
          + " RS512, PS256, PS384, PS512, ES256, ES384 and ES512 are accepted",
      "a file, or an http or https URL",
      null),
  JWT_AUDIENCE(
      Group.AUTHENTICATION,
      "jwt-audience",
      "Audience that a user token must contain in its aud claim",
      "1 to 255 characters",
      "authenticated"),
  JWT_OWNER(
      Group.AUTHENTICATION,
      "jwt-owner",
      "Owner whose agents are visible to users with tokens",
      "1 to 255 characters; required with jwt-hs256-secret or jwt-jwks and not allowed without"
          + " them",
      null),

  TLS_CERTIFICATE(
      Group.NETWORK,
      "tls-certificate",
      "Certificate chain of the server. Setting it turns TLS on; plain HTTP is then no longer"
          + " served",
      "a PEM file; required with tls-key and not allowed without it",
      null),
  TLS_KEY(
      Group.NETWORK,
      "tls-key",
      "Private key of tls-certificate",
      "a PEM file with an RSA or EC key in PKCS #8 without a password; required with"
          + " tls-certificate and not allowed without it",
      null),
  TLS_CLIENT_CA(
      Group.NETWORK,
      "tls-client-ca",
      "CA certificates used to verify client certificates. Setting this makes mutual TLS mandatory",
      "a PEM file; allowed only with tls-certificate",
      null),
  CORS_ORIGINS(
      Group.NETWORK,
      "cors-origins",
      "Origins of web sites whose pages may call the server from a browser (CORS)",
      "a comma-separated list of origins such as https://app.example, or *",
      null),
  TRUSTED_PROXIES(
      Group.NETWORK,
      "trusted-proxies",
      "Proxies whose X-Forwarded-For header is trusted to name the client address",
      "a comma-separated list of IP addresses and CIDR blocks",
      null),
  CONNECTIONS_MAX(
      Group.NETWORK,
      "connections-max",
      "Maximum number of open connections. Further connections are closed immediately",
      "1 to 1000000",
      "10000"),
  IDLE_TIMEOUT_SECONDS(
      Group.NETWORK,
      "idle-timeout-seconds",
      "Time after which a connection without calls is closed. It is also the time that a client"
          + " has to send the headers of a request",
      "1 to 86400",
      "90"),
  KEEPALIVE_SECONDS(
      Group.NETWORK,
      "keepalive-seconds",
      "HTTP/2 keep-alive ping interval",
      "0 (no pings), or 1 to 3600 and less than idle-timeout-seconds",
      "30"),
  CONNECTION_AGE_SECONDS_MAX(
      Group.NETWORK,
      "connection-age-seconds-max",
      "Maximum age of a connection. An older connection is closed after its calls are answered,"
          + " so that clients reconnect and find new servers",
      "0 (no limit), or 10 to 86400",
      "0"),
  RESETS_PER_MINUTE_MAX(
      Group.NETWORK,
      "resets-per-minute-max",
      "Maximum number of calls that a client may cancel per minute on one HTTP/2 connection. A"
          + " connection that exceeds it is closed",
      "1 to 10000000",
      "30000"),
  DRAIN_SECONDS(
      Group.NETWORK,
      "drain-seconds",
      "Time between SIGTERM and the moment when new calls are rejected. During this time calls"
          + " are served and /readyz returns 503, so that load balancers send new calls"
          + " elsewhere",
      "0 to 600",
      "0"),
  READYZ_REQUIRES_WRITES(
      Group.NETWORK,
      "readyz-requires-writes",
      "Whether /readyz returns 503 if the store can be read but not written. Otherwise it returns"
          + " 200 and READ_ONLY, so that load balancers keep sending reads",
      "on or off",
      "off"),

  RATE_LIMIT(
      Group.LIMITS,
      "rate-limit",
      "Maximum number of calls per minute from one address, and with one key or by one user. It"
          + " applies to every API. If it is not set, the grip API allows 60 calls per minute"
          + " and the other APIs are not limited. The root key is never limited",
      "on (the same as 60/min), off, or a number from 1 to 1000000 followed by /min",
      null),
  FAILED_LOGINS_PER_MINUTE_MAX(
      Group.LIMITS,
      "failed-logins-per-minute-max",
      "Maximum number of calls per minute from one address that fail to authenticate. Further"
          + " failures are rejected with RATE_LIMITED. Calls with a valid credential are not"
          + " affected",
      "0 (no limit), or 1 to 1000000",
      "600"),
  REQUEST_BYTES_MAX(
      Group.LIMITS,
      "request-bytes-max",
      "Maximum size of a request body or gRPC message in bytes, measured after decompression",
      "1024 to 268435456",
      "16777216"),
  CONTENT_BYTES_MAX(
      Group.LIMITS,
      "content-bytes-max",
      "Maximum size of one message's content in bytes. If request-bytes-max is smaller than the"
          + " default, the default is request-bytes-max",
      "1 to 67108864, and not more than request-bytes-max",
      "4194304"),
  OPENAI_ITEMS_MAX(
      Group.LIMITS,
      "openai-items-max",
      "Maximum number of items per request of the OpenAI Conversations API. OpenAI accepts 20",
      "1 to 1000",
      "1000"),
  REQUEST_TIMEOUT_SECONDS(
      Group.LIMITS,
      "request-timeout-seconds",
      "Maximum duration of a call. A shorter deadline set by the client applies instead",
      "1 to 3600",
      "30"),
  WRITE_TIMEOUT_SECONDS(
      Group.LIMITS,
      "write-timeout-seconds",
      "Time after which a client that reads nothing of its response is disconnected, and maximum"
          + " time between complete lines of a request of JSON Lines",
      "1 to 3600",
      "30"),
  CALLS_IN_FLIGHT_MAX(
      Group.LIMITS,
      "calls-in-flight-max",
      "Maximum number of calls that the server processes at the same time. Calls over the limit"
          + " are rejected with OVERLOADED and can be retried. A caller that uses less than a"
          + " quarter of the limit is still served when the limit is reached",
      "1 to 1000000",
      "2048"),
  BYTES_IN_FLIGHT_MAX(
      Group.LIMITS,
      "bytes-in-flight-max",
      "Maximum size of all request bodies and responses in memory, in bytes. Calls over the"
          + " limit are rejected with OVERLOADED; callers share it as they share"
          + " calls-in-flight-max. If it is not set, the limit is a quarter of the maximum Java"
          + " heap size, but not less than request-bytes-max",
      "1048576 to 1099511627776, and not less than request-bytes-max",
      null),
  WATCHES_MAX(
      Group.LIMITS,
      "watches-max",
      "Maximum number of open watches, and of lists that wait for new messages, at the same time."
          + " Further ones are rejected with OVERLOADED",
      "1 to 1000000",
      "10000"),
  WATCHES_PER_CALLER_MAX(
      Group.LIMITS,
      "watches-per-caller-max",
      "Maximum number of open watches and waiting lists of one key or user at the same time",
      "1 to 1000000",
      "1000"),
  SWEEP_SECONDS(
      Group.LIMITS,
      "sweep-seconds",
      "Interval at which expired sessions and old audit entries are deleted",
      "0 (never), or 1 to 86400",
      "60"),
  AUDIT_RETENTION_DAYS(
      Group.LIMITS,
      "audit-retention-days",
      "Age in days after which entries of the audit log are deleted. They are deleted every"
          + " sweep-seconds",
      "0 (never), or 1 to 36500",
      "0"),

  WEBHOOKS(
      Group.WEBHOOKS,
      "webhooks",
      "Whether events are sent to webhooks. If it is off, the RPCs of webhooks fail with"
          + " WEBHOOKS_OFF, and existing webhooks continue when it is turned on again",
      "on or off",
      "on"),
  WEBHOOK_HOSTS(
      Group.WEBHOOKS,
      "webhook-hosts",
      "Hosts that webhooks may send to. *.example.com means all hosts below example.com, and *"
          + " means all hosts",
      "a comma-separated list of host names in lower case",
      "*"),
  WEBHOOK_PRIVATE_ADDRESSES(
      Group.WEBHOOKS,
      "webhook-private-addresses",
      "Addresses that webhooks may send to besides those of the public internet. By default,"
          + " webhooks cannot reach private networks, the machine itself, or the metadata services"
          + " of clouds",
      "a comma-separated list of addresses and CIDR blocks such as 10.1.0.0/16",
      null),
  WEBHOOK_CA(
      Group.WEBHOOKS,
      "webhook-ca",
      "PEM file with the CA certificates used to verify receivers of webhooks. If it is not set,"
          + " the certificates of the Java runtime are used",
      "a readable file",
      null),
  LOG_FORMAT(
      Group.OBSERVABILITY,
      "log-format",
      "Log format: plain text lines, or one JSON object per line",
      "text or json",
      "text"),
  ACCESS_LOG(
      Group.OBSERVABILITY,
      "access-log",
      "Whether a line is logged for each call",
      "on or off",
      "off"),
  OTLP_ENDPOINT(
      Group.OBSERVABILITY,
      "otlp-endpoint",
      "Endpoint that receives traces by OTLP over HTTP. If it is not set, no traces are recorded",
      "an http or https URL such as http://127.0.0.1:4318/v1/traces",
      null),
  OTLP_HEADERS(
      Group.OBSERVABILITY,
      "otlp-headers",
      "Headers sent with every trace export, such as an authorization header",
      "a comma-separated list of name=value; allowed only with otlp-endpoint",
      null),
  TRACE_RATIO(
      Group.OBSERVABILITY,
      "trace-ratio",
      "Fraction of calls that are traced. It applies to calls whose client sends no traceparent"
          + " header",
      "0 to 1",
      "1");

  /** The groups in which settings are listed. */
  public enum Group {
    STORAGE("Address and storage"),
    AUTHENTICATION("Authentication"),
    NETWORK("Connections"),
    LIMITS("Limits"),
    WEBHOOKS("Webhooks"),
    OBSERVABILITY("Logs and traces");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    /** The heading above the settings of the group. */
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

  /** The group in which the setting is listed. */
  public Group group() {
    return group;
  }

  /** The name in a file, and after {@code --} on the command line. */
  public String key() {
    return key;
  }

  /** The name of the environment variable. */
  public String environmentName() {
    return "PARLEY_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** The description, without a period at its end. */
  public String meaning() {
    return meaning;
  }

  /** The values that are allowed. */
  public String range() {
    return range;
  }

  /** The value if the setting is not set; empty for none. */
  public Optional<String> defaultValue() {
    return defaultValue;
  }

  /** Whether the value is a secret, or may contain one, and is never printed. */
  public boolean isSecret() {
    return this == ROOT_KEY || this == JWT_HS256_SECRET || this == STORE || this == OTLP_HEADERS;
  }

  /**
   * Whether the setting is also a command-line flag. Secrets are not, because every user of the
   * machine can read command lines. The URL of the store is, because it need not contain a
   * password.
   */
  public boolean isFlag() {
    return !isSecret() || this == STORE;
  }

  /** Finds the setting with this name in a file. */
  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
  }

  ConfigException invalidValue(String value) {
    return new ConfigException(
        "The setting %s (%s) cannot be \"%s\": it must be %s."
            .formatted(key, environmentName(), isSecret() ? "***" : value, range));
  }
}
