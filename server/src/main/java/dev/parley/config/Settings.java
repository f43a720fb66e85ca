package dev.parley.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The validated settings of a server. {@link Setting} documents each component, except {@code
 * effective}: all settings for people, with secrets masked.
 */
public record Settings(
    String host,
    int port,
    Path data,
    Optional<String> store,
    int storeConnections,
    int appendQueues,
    int writers,
    long blockCacheBytes,
    boolean search,
    Optional<String> rootKey,
    Optional<JwtSettings> jwt,
    Optional<TlsSettings> tls,
    Origins corsOrigins,
    List<AddressBlock> trustedProxies,
    ConnectionSettings connections,
    Duration drain,
    boolean readyzRequiresWrites,
    RateLimit rateLimit,
    OptionalInt failedLoginsPerMinute,
    int requestBytesMax,
    int contentBytesMax,
    int openaiItemsMax,
    Duration requestTimeout,
    Duration writeTimeout,
    int callsInFlightMax,
    long bytesInFlightMax,
    int watchesMax,
    int watchesPerCallerMax,
    Duration sweepInterval,
    Optional<Duration> auditRetention,
    WebhookSettings webhooks,
    boolean logJson,
    boolean accessLog,
    Optional<TraceSettings> tracing,
    List<EffectiveSetting> effective) {

  private static final String ROOT_KEY_PATTERN = "g_root_[0-9a-f]{48}";
  private static final String STORE_PATTERN = "jdbc:postgresql:.+";
  private static final int HEAP_FRACTION = 4;

  /**
   * With fewer processors per thread, more threads gain nothing: most of an append is work of the
   * event loops.
   */
  private static final int PROCESSORS_PER_WRITER = 4;

  private static final int WRITERS_BY_DEFAULT_MAX = 8;

  public Settings {
    if (contentBytesMax > requestBytesMax) {
      throw Setting.CONTENT_BYTES_MAX.invalidValue(Integer.toString(contentBytesMax));
    }
    if (bytesInFlightMax < requestBytesMax) {
      throw Setting.BYTES_IN_FLIGHT_MAX.invalidValue(Long.toString(bytesInFlightMax));
    }
  }

  /**
   * Creates settings from resolved values.
   *
   * @throws ConfigException if a value is invalid, or if values contradict each other
   */
  public static Settings of(SettingsResolver resolver) {
    int requestBytesMax = requestBytes(resolver);
    resolver.limitDefault(Setting.CONTENT_BYTES_MAX, requestBytesMax);
    return new Settings(
        resolver.required(Setting.HOST),
        (int) resolver.integer(Setting.PORT, 0, 65_535),
        resolver.path(Setting.DATA),
        resolver.matching(Setting.STORE, STORE_PATTERN),
        (int) resolver.integer(Setting.STORE_CONNECTIONS, 8, 1_000),
        (int) resolver.integer(Setting.STORE_APPEND_QUEUES, 1, 64),
        writers(resolver, Runtime.getRuntime().availableProcessors()),
        resolver.integer(Setting.BLOCK_CACHE_BYTES, 1 << 20, 1L << 40),
        resolver.isFirst(Setting.SEARCH, "on", "off"),
        resolver.matching(Setting.ROOT_KEY, ROOT_KEY_PATTERN),
        JwtSettings.of(resolver),
        TlsSettings.of(resolver),
        Origins.of(resolver),
        AddressBlock.list(resolver, Setting.TRUSTED_PROXIES),
        ConnectionSettings.of(resolver),
        resolver.seconds(Setting.DRAIN_SECONDS, 0, 600),
        resolver.isFirst(Setting.READYZ_REQUIRES_WRITES, "on", "off"),
        RateLimit.of(resolver),
        failedLogins(resolver),
        requestBytesMax,
        (int) resolver.integer(Setting.CONTENT_BYTES_MAX, 1, 64 << 20),
        (int) resolver.integer(Setting.OPENAI_ITEMS_MAX, 1, 1_000),
        resolver.seconds(Setting.REQUEST_TIMEOUT_SECONDS, 1, 3_600),
        resolver.seconds(Setting.WRITE_TIMEOUT_SECONDS, 1, 3_600),
        (int) resolver.integer(Setting.CALLS_IN_FLIGHT_MAX, 1, 1_000_000),
        bytesInFlight(resolver),
        (int) resolver.integer(Setting.WATCHES_MAX, 1, 1_000_000),
        (int) resolver.integer(Setting.WATCHES_PER_CALLER_MAX, 1, 1_000_000),
        resolver.seconds(Setting.SWEEP_SECONDS, 0, 86_400),
        auditRetention(resolver),
        WebhookSettings.of(resolver),
        resolver.isFirst(Setting.LOG_FORMAT, "json", "text"),
        resolver.isFirst(Setting.ACCESS_LOG, "on", "off"),
        TraceSettings.of(resolver),
        EffectiveSetting.list(resolver));
  }

  private static OptionalInt failedLogins(SettingsResolver resolver) {
    int max = (int) resolver.integer(Setting.FAILED_LOGINS_PER_MINUTE_MAX, 0, 1_000_000);
    return max == 0 ? OptionalInt.empty() : OptionalInt.of(max);
  }

  private static Optional<Duration> auditRetention(SettingsResolver resolver) {
    long days = resolver.integer(Setting.AUDIT_RETENTION_DAYS, 0, 36_500);
    if (days > 0 && resolver.integer(Setting.SWEEP_SECONDS, 0, 86_400) == 0) {
      throw new ConfigException(
          "audit-retention-days needs sweep-seconds, which is 0: nothing would be deleted.");
    }
    return days == 0 ? Optional.empty() : Optional.of(Duration.ofDays(days));
  }

  static int writers(SettingsResolver resolver, int processors) {
    return resolver.text(Setting.STORE_WRITERS).isPresent()
        ? (int) resolver.integer(Setting.STORE_WRITERS, 1, 16)
        : Math.max(1, Math.min(WRITERS_BY_DEFAULT_MAX, processors / PROCESSORS_PER_WRITER));
  }

  private static int requestBytes(SettingsResolver resolver) {
    return (int) resolver.integer(Setting.REQUEST_BYTES_MAX, 1 << 10, 256 << 20);
  }

  private static long bytesInFlight(SettingsResolver resolver) {
    return resolver.text(Setting.BYTES_IN_FLIGHT_MAX).isPresent()
        ? resolver.integer(Setting.BYTES_IN_FLIGHT_MAX, 1 << 20, 1L << 40)
        : Math.max(requestBytes(resolver), Runtime.getRuntime().maxMemory() / HEAP_FRACTION);
  }

  /** Hides secrets. */
  @Override
  public String toString() {
    return "Settings[host=%s, port=%d, data=%s, store=%s, rootKey=%s]"
        .formatted(
            host,
            port,
            data,
            store.map(url -> "***").orElse("embedded"),
            rootKey.map(key -> "***").orElse("generated"));
  }
}
