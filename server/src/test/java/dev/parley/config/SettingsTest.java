package dev.parley.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values of settings, at each bound and one past it. */
class SettingsTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String ROOT_KEY = "g_root_" + "0123456789abcdef".repeat(3);

  @Test
  void load_nothingSaid_isDefaults() {
    Settings settings = load(Map.of());

    assertThat(settings)
        .isEqualTo(
            new Settings(
                "127.0.0.1",
                8080,
                Path.of("./data"),
                Optional.empty(),
                16,
                4,
                Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors() / 4)),
                128L << 20,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Origins(false, Set.of()),
                List.of(),
                new ConnectionSettings(
                    10_000, Duration.ofSeconds(90), Duration.ofSeconds(30), Duration.ZERO, 30_000),
                Duration.ZERO,
                false,
                new RateLimit(OptionalInt.of(60), OptionalInt.empty()),
                OptionalInt.of(600),
                16 << 20,
                4 << 20,
                1_000,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                2_048,
                Runtime.getRuntime().maxMemory() / 4,
                10_000,
                1_000,
                Duration.ofMinutes(1),
                Optional.empty(),
                new WebhookSettings(true, List.of("*"), List.of(), Optional.empty()),
                false,
                false,
                Optional.empty(),
                EffectiveSetting.list(SettingsResolver.read(Map.of(), Map.of(), null))));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "7, 1", "8, 2", "31, 7", "32, 8", "256, 8"})
  void writers_notSet_byProcessors(int processors, int writers) {
    assertThat(Settings.writers(SettingsResolver.read(Map.of(), Map.of(), null), processors))
        .isEqualTo(writers);
  }

  @ParameterizedTest
  @CsvSource({
    "PORT, 0",
    "PORT, 65535",
    "HOST, ::1",
    "RATE_LIMIT, on",
    "RATE_LIMIT, off",
    "RATE_LIMIT, 1/min",
    "RATE_LIMIT, 1000000/min",
    "CONTENT_BYTES_MAX, 1",
    "OPENAI_ITEMS_MAX, 1",
    "OPENAI_ITEMS_MAX, 1000",
    "CONTENT_BYTES_MAX, 16777216",
    "REQUEST_BYTES_MAX, 268435456",
    "REQUEST_BYTES_MAX, 1048576",
    "REQUEST_TIMEOUT_SECONDS, 1",
    "REQUEST_TIMEOUT_SECONDS, 3600",
    "STORE_CONNECTIONS, 8",
    "STORE_CONNECTIONS, 1000",
    "CALLS_IN_FLIGHT_MAX, 1",
    "CALLS_IN_FLIGHT_MAX, 1000000",
    "WATCHES_MAX, 1",
    "WATCHES_MAX, 1000000",
    "WATCHES_PER_CALLER_MAX, 1",
    "WATCHES_PER_CALLER_MAX, 1000000",
    "SWEEP_SECONDS, 0",
    "SWEEP_SECONDS, 1",
    "SWEEP_SECONDS, 86400",
    "AUDIT_RETENTION_DAYS, 0",
    "AUDIT_RETENTION_DAYS, 1",
    "AUDIT_RETENTION_DAYS, 36500",
    "WEBHOOK_HOSTS, '*.example.com, hooks.example.org, [::1]'",
    "WEBHOOK_PRIVATE_ADDRESSES, '10.1.0.0/16,::1'",
    "STORE_WRITERS, 1",
    "STORE_WRITERS, 16",
    "BLOCK_CACHE_BYTES, 1048576",
    "BLOCK_CACHE_BYTES, 1099511627776",
    "CONNECTIONS_MAX, 1",
    "CONNECTIONS_MAX, 1000000",
    "IDLE_TIMEOUT_SECONDS, 31",
    "IDLE_TIMEOUT_SECONDS, 86400",
    "KEEPALIVE_SECONDS, 0",
    "KEEPALIVE_SECONDS, 1",
    "KEEPALIVE_SECONDS, 89",
    "CONNECTION_AGE_SECONDS_MAX, 0",
    "CONNECTION_AGE_SECONDS_MAX, 10",
    "CONNECTION_AGE_SECONDS_MAX, 86400",
    "DRAIN_SECONDS, 0",
    "DRAIN_SECONDS, 600",
    "READYZ_REQUIRES_WRITES, on",
    "READYZ_REQUIRES_WRITES, off",
    "CORS_ORIGINS, *",
    "CORS_ORIGINS, 'https://app.example, http://localhost:3000,http://[::1]:3000'",
    "LOG_FORMAT, text",
    "LOG_FORMAT, json",
    "ACCESS_LOG, on",
    "ACCESS_LOG, off",
    "OTLP_ENDPOINT, http://127.0.0.1:4318/v1/traces",
    "TRACE_RATIO, 0",
    "TRACE_RATIO, 0.001",
    "TRACE_RATIO, 1.0",
  })
  void load_atBound_accepted(Setting setting, String value) {
    assertThat(load(Map.of(setting, value))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "PORT, -1",
    "PORT, 65536",
    "PORT, x",
    "PORT, 99999999999999999999",
    "HOST, ' '",
    "DATA, ''",
    "RATE_LIMIT, 0/min",
    "RATE_LIMIT, 1000001/min",
    "RATE_LIMIT, 60",
    "RATE_LIMIT, 60/sec",
    "TRUSTED_PROXIES, localhost",
    "TRUSTED_PROXIES, dead.beef",
    "TRUSTED_PROXIES, 10.0.0.0/33",
    "TRUSTED_PROXIES, 10.0.0.256",
    "TRUSTED_PROXIES, '10.0.0.1,'",
    "TRUSTED_PROXIES, ::1/129",
    "JWT_AUDIENCE, ' '",
    "JWT_JWKS, 'http://'",
    "CONTENT_BYTES_MAX, 0",
    "OPENAI_ITEMS_MAX, 0",
    "OPENAI_ITEMS_MAX, 1001",
    "CONTENT_BYTES_MAX, 16777217",
    "REQUEST_BYTES_MAX, 1023",
    "REQUEST_BYTES_MAX, 268435457",
    "REQUEST_TIMEOUT_SECONDS, 0",
    "REQUEST_TIMEOUT_SECONDS, 3601",
    "STORE_CONNECTIONS, 7",
    "STORE_CONNECTIONS, 1001",
    "CALLS_IN_FLIGHT_MAX, 0",
    "CALLS_IN_FLIGHT_MAX, 1000001",
    "WATCHES_MAX, 0",
    "WATCHES_MAX, 1000001",
    "WATCHES_PER_CALLER_MAX, 0",
    "WATCHES_PER_CALLER_MAX, 1000001",
    "SWEEP_SECONDS, -1",
    "SWEEP_SECONDS, 86401",
    "AUDIT_RETENTION_DAYS, -1",
    "AUDIT_RETENTION_DAYS, 36501",
    "WEBHOOKS, maybe",
    "WEBHOOK_HOSTS, 'Example.com'",
    "WEBHOOK_HOSTS, 'a..b'",
    "WEBHOOK_HOSTS, 'https://example.com'",
    "WEBHOOK_PRIVATE_ADDRESSES, 10.0.0.0/33",
    "STORE_WRITERS, 0",
    "STORE_WRITERS, 17",
    "BLOCK_CACHE_BYTES, 1048575",
    "BLOCK_CACHE_BYTES, 1099511627777",
    "CONNECTIONS_MAX, 0",
    "CONNECTIONS_MAX, 1000001",
    "IDLE_TIMEOUT_SECONDS, 0",
    "IDLE_TIMEOUT_SECONDS, 86401",
    "KEEPALIVE_SECONDS, -1",
    "KEEPALIVE_SECONDS, 90",
    "KEEPALIVE_SECONDS, 3601",
    "CONNECTION_AGE_SECONDS_MAX, 9",
    "CONNECTION_AGE_SECONDS_MAX, 86401",
    "DRAIN_SECONDS, -1",
    "DRAIN_SECONDS, 601",
    "READYZ_REQUIRES_WRITES, true",
    "CORS_ORIGINS, ''",
    "CORS_ORIGINS, app.example",
    "CORS_ORIGINS, https://app.example/",
    "CORS_ORIGINS, https://App.example",
    "CORS_ORIGINS, '*,https://app.example'",
    "LOG_FORMAT, JSON",
    "ACCESS_LOG, yes",
    "OTLP_ENDPOINT, 127.0.0.1:4318",
    "OTLP_ENDPOINT, ftp://collector.example/",
    "TRACE_RATIO, 1.1",
    "TRACE_RATIO, -0.1",
    "TRACE_RATIO, NaN",
    "TLS_CERTIFICATE, no-such-file.pem",
    "TLS_CERTIFICATE, /",
    "TLS_KEY, no-such-file.pem",
    "TLS_CLIENT_CA, no-such-file.pem",
  })
  void load_pastBound_refusedNamingSettingAndRange(Setting setting, String value) {
    assertThatThrownBy(() -> load(Map.of(setting, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "The setting %s (%s) cannot be \"%s\": it must be %s."
                .formatted(setting.key(), setting.environmentName(), value, setting.range()));
  }

  /** The bound of contents without the limit of requests. */
  @Test
  void load_contentBytesAtItsOwnBound_acceptedAndOnePastRefused() {
    Map<Setting, String> flags = new HashMap<>(Map.of(Setting.REQUEST_BYTES_MAX, "268435456"));
    flags.put(Setting.CONTENT_BYTES_MAX, "67108864");
    assertThat(load(flags).contentBytesMax()).isEqualTo(64 << 20);

    flags.put(Setting.CONTENT_BYTES_MAX, "67108865");
    assertThatThrownBy(() -> load(flags)).isInstanceOf(ConfigException.class);

    flags.put(Setting.CONTENT_BYTES_MAX, "1024");
    flags.put(Setting.REQUEST_BYTES_MAX, "1024");
    assertThat(load(flags).requestBytesMax()).isEqualTo(1024);
  }

  @Test
  void load_smallRequestsAndNoContentBytes_lowersTheDefault() {
    Settings small = load(Map.of(Setting.REQUEST_BYTES_MAX, "4194303"));
    assertThat(small.contentBytesMax()).isEqualTo(4_194_303);
    assertThat(small.effective())
        .filteredOn(each -> each.setting() == Setting.CONTENT_BYTES_MAX)
        .extracting(EffectiveSetting::value)
        .containsExactly(Optional.of("4194303"));

    Settings large = load(Map.of(Setting.REQUEST_BYTES_MAX, "4194305"));
    assertThat(large.contentBytesMax()).isEqualTo(4 << 20);
  }

  @Test
  void load_contentBytesOverSmallRequests_refused() {
    Map<Setting, String> flags =
        Map.of(Setting.REQUEST_BYTES_MAX, "1048576", Setting.CONTENT_BYTES_MAX, "4194304");

    assertThatThrownBy(() -> load(flags))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("content-bytes-max");
  }

  @Test
  void load_auditRetentionWithoutSweeps_refused() {
    assertThatThrownBy(
            () -> load(Map.of(Setting.AUDIT_RETENTION_DAYS, "1", Setting.SWEEP_SECONDS, "0")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("audit-retention-days")
        .hasMessageContaining("sweep-seconds");
  }

  @ParameterizedTest
  @CsvSource({"on, 60", "7/min, 7"})
  void load_rateLimit_isCallsPerMinuteOverEveryApi(String value, int calls) {
    RateLimit limit = load(Map.of(Setting.RATE_LIMIT, value)).rateLimit();
    assertThat(limit.limitedApis()).hasValue(calls);
    assertThat(limit.otherApis()).hasValue(calls);
  }

  @Test
  void load_rateLimitOff_isNoneOverAnyApi() {
    assertThat(load(Map.of(Setting.RATE_LIMIT, "off")).rateLimit())
        .isEqualTo(new RateLimit(OptionalInt.empty(), OptionalInt.empty()));
  }

  @Test
  void load_jwt_secretIsNeverShown() {
    Settings settings = load(Map.of(Setting.JWT_HS256_SECRET, SECRET, Setting.JWT_OWNER, "acme"));
    assertThat(settings.jwt().orElseThrow().hs256Secret()).hasValue(SECRET);
    assertThat(settings.toString() + settings.jwt()).doesNotContain(SECRET);
    String tooShort = SECRET.substring(1);
    assertThatThrownBy(
            () -> load(Map.of(Setting.JWT_HS256_SECRET, tooShort, Setting.JWT_OWNER, "acme")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("jwt-hs256-secret (PARLEY_JWT_HS256_SECRET) cannot be \"***\"")
        .hasMessageNotContaining(tooShort);
    assertThat(
            load(Map.of(Setting.JWT_HS256_SECRET, "é".repeat(16), Setting.JWT_OWNER, "acme")).jwt())
        .isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "https://id.example/jwks.json, true",
    "http://127.0.0.1:1/, true",
    "keys.json, false"
  })
  void load_jwks_isUrlOrFile(String place, boolean url) {
    JwtSettings jwt =
        load(Map.of(Setting.JWT_JWKS, place, Setting.JWT_OWNER, "acme")).jwt().orElseThrow();
    assertThat(jwt.jwksUrl().isPresent()).isEqualTo(url);
    assertThat(jwt.jwksFile().isPresent()).isEqualTo(!url);
    assertThat(jwt.audience()).isEqualTo("authenticated");
  }

  /** User tokens without an owner, and an owner without user tokens, are mistakes. */
  @Test
  void load_jwtOwner_neededWithKeysAndRefusedWithout() {
    for (Map<Setting, String> half :
        List.of(
            Map.of(Setting.JWT_HS256_SECRET, SECRET),
            Map.of(Setting.JWT_JWKS, "keys.json"),
            Map.of(Setting.JWT_OWNER, "acme"))) {
      assertThatThrownBy(() -> load(half))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("jwt-owner (PARLEY_JWT_OWNER)")
          .hasMessageNotContaining(SECRET);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.0/8 | 10.1.2.3 | true",
        "10.0.0.0/8 | 11.1.2.3 | false",
        "10.1.2.0/23 | 10.1.3.255 | true",
        "10.1.2.0/23 | 10.1.4.0 | false",
        "192.0.2.1 | 192.0.2.1 | true",
        "192.0.2.1 | 192.0.2.2 | false",
        "::1, fd00::/7 | fc00::1 | true",
        "::1 | 127.0.0.1 | false",
        "0.0.0.0/0 | 255.1.2.3 | true"
      })
  void load_trustedProxies_areBlocks(String value, String address, boolean trusted)
      throws UnknownHostException {
    InetAddress proxy = InetAddress.getByName(address);
    assertThat(
            load(Map.of(Setting.TRUSTED_PROXIES, value)).trustedProxies().stream()
                .anyMatch(block -> block.contains(proxy)))
        .isEqualTo(trusted);
  }

  @Test
  void load_rootKey_onlyItsFormAcceptedAndNeverShown() {
    assertThat(load(Map.of(Setting.ROOT_KEY, ROOT_KEY)).toString())
        .contains("***")
        .doesNotContain(ROOT_KEY);
    for (String wrong : new String[] {ROOT_KEY + "0", ROOT_KEY.toUpperCase(), "", "secret"}) {
      assertThatThrownBy(() -> load(Map.of(Setting.ROOT_KEY, wrong)))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("\"***\"");
    }
  }

  /** Its value can contain a password. */
  @Test
  void load_store_refusedWithoutItsValue() {
    assertThatThrownBy(() -> load(Map.of(Setting.STORE, "jdbc:x?password=swordfish")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("it must be a URL that begins with jdbc:postgresql:")
        .hasMessageNotContaining("swordfish");
  }

  @Test
  void load_store_acceptedAndNeverShown() {
    String url = "jdbc:postgresql://db/parley?password=swordfish";

    Settings settings = load(Map.of(Setting.STORE, url));

    assertThat(settings.store()).contains(url);
    assertThat(settings.toString()).doesNotContain("swordfish");
  }

  /** Settings that belong together must be set together. */
  @Test
  void of_halfOfTls_refusedNamingTheOther(@TempDir Path folder) throws IOException {
    String file = Files.createFile(folder.resolve("a.pem")).toString();

    assertThatThrownBy(() -> load(Map.of(Setting.TLS_CERTIFICATE, file)))
        .hasMessageContaining("tls-key (PARLEY_TLS_KEY)");
    assertThatThrownBy(() -> load(Map.of(Setting.TLS_KEY, file)))
        .hasMessageContaining("tls-certificate (PARLEY_TLS_CERTIFICATE)");
    assertThatThrownBy(() -> load(Map.of(Setting.TLS_CLIENT_CA, file)))
        .hasMessageContaining("tls-client-ca (PARLEY_TLS_CLIENT_CA)");
    assertThat(load(Map.of(Setting.TLS_CERTIFICATE, file, Setting.TLS_KEY, file)).tls())
        .isPresent();
  }

  @Test
  void of_otlpHeaders_keptAndNeverShown() {
    Map<Setting, String> flags = new HashMap<>();
    flags.put(Setting.OTLP_HEADERS, "authorization=Bearer swordfish, x-team=a");
    assertThatThrownBy(() -> load(flags))
        .hasMessageContaining("otlp-headers (PARLEY_OTLP_HEADERS) cannot be \"***\"");

    flags.put(Setting.OTLP_ENDPOINT, "https://collector.example/v1/traces");
    TraceSettings tracing = load(flags).tracing().orElseThrow();
    assertThat(tracing.headers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("authorization", "Bearer swordfish", "x-team", "a"));
    assertThat(tracing.toString()).doesNotContain("swordfish");

    flags.put(Setting.OTLP_HEADERS, "swordfish");
    assertThatThrownBy(() -> load(flags))
        .hasMessageContaining("\"***\"")
        .hasMessageNotContaining("swordfish");
  }

  private static Settings load(Map<Setting, String> flags) {
    return Settings.of(SettingsResolver.read(flags, Map.of(), null));
  }
}
