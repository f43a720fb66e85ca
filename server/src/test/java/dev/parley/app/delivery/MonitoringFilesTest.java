package dev.parley.app.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.server.Server;
import dev.parley.app.server.transport.Transport;
import dev.parley.config.Setting;
import dev.parley.config.Settings;
import dev.parley.config.SettingsResolver;
import dev.parley.storage.Store;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.telemetry.JvmMetrics;
import dev.parley.telemetry.StoreMetrics;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TestPki;
import dev.parley.testing.Waiting;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The dashboard and the alerts use only metrics and labels that a server has. */
class MonitoringFilesTest {
  private static final Path MONITORING =
      Path.of(System.getProperty("basedir", ""), "src/main/dist/monitoring").toAbsolutePath();
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:parley|jvm|process|system|logback|hikaricp)_\\w+)(?:\\{([^}]*)})?");
  private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"");
  private static final Pattern BY = Pattern.compile("by \\(([^)]*)\\)");
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");

  /** The labels that Prometheus adds to each sample. */
  private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

  @TempDir private Path folder;

  @Test
  void expressions_metricsAndLabels_exist() throws Exception {
    Map<String, Set<String>> scraped = scraped();
    List<String> expressions = new ArrayList<>(dashboard());
    expressions.addAll(alerts());

    assertThat(expressions).hasSizeGreaterThan(25);
    assertThat(expressions).allSatisfy(expression -> requireThere(expression, scraped));
  }

  private static void requireThere(String expression, Map<String, Set<String>> scraped) {
    Set<String> labels = new HashSet<>();
    Matcher metric = METRIC.matcher(expression);
    while (metric.find()) {
      assertThat(scraped).containsKey(metric.group(1));
      Set<String> there = scraped.get(metric.group(1));
      labels.addAll(there);
      Matcher label = LABEL.matcher(String.valueOf(metric.group(2)));
      while (label.find()) {
        assertThat(there).contains(label.group(1));
      }
    }
    Matcher by = BY.matcher(expression);
    while (by.find()) {
      assertThat(labels).contains(by.group(1).split(",\\s*"));
    }
    assertThat(labels.isEmpty() && !expression.contains("up{")).isFalse();
  }

  private static List<String> dashboard() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(MONITORING.resolve("grafana-dashboard.json").toFile());
    List<String> expressions = new ArrayList<>();
    for (JsonNode panel : dashboard.get("panels")) {
      panel.path("targets").forEach(target -> expressions.add(target.get("expr").asText()));
    }
    for (JsonNode variable : dashboard.at("/templating/list")) {
      String query = variable.at("/query/query").asText();
      if (!query.isEmpty()) {
        expressions.add(query);
      }
    }
    return expressions;
  }

  @SuppressWarnings("unchecked")
  private static List<String> alerts() throws IOException {
    Map<String, Object> file = new Yaml().load(Files.readString(MONITORING.resolve("alerts.yaml")));
    Map<String, Object> group = ((List<Map<String, Object>>) file.get("groups")).get(0);
    return ((List<Map<String, Object>>) group.get("rules"))
        .stream().map(rule -> rule.get("expr").toString()).toList();
  }

  /** The metrics of a server after calls, with their labels. */
  private Map<String, Set<String>> scraped() throws Exception {
    Map<String, Set<String>> metrics = new HashMap<>();
    PrometheusMeterRegistry process = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    JvmMetrics.addTo(process);
    System.gc();
    Waiting.until(() -> process.scrape().contains("jvm_gc_pause"), () -> "a collection");
    addTls(process);
    readPostgres(process, metrics);
    read(process.scrape(), metrics);
    try (ServerFixture server = ServerFixture.start(folder)) {
      server.agent("acme");
      Waiting.until(
          () -> server.send("GET", "/metrics", null, null).body().contains("CreateAgent"),
          () -> "a call");
      read(server.send("GET", "/metrics", null, null).body(), metrics);
    }
    return metrics;
  }

  /** A store on PostgreSQL, whose size is more than that of its empty tables. */
  private static void readPostgres(
      PrometheusMeterRegistry registry, Map<String, Set<String>> metrics) {
    String url = PostgresServer.shared().newDatabase();
    StoreMetrics observer = new StoreMetrics(registry, null);
    try (Store store = PostgresStores.open(url, PostgresSettings.DEFAULTS, registry, observer)) {
      store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
      Waiting.until(
          () -> registry.get("parley.store.disk").gauge().value() > 1_000_000, () -> "the size");
      // The pools remove their metrics when they are closed.
      read(registry.scrape(), metrics);
    }
  }

  private void addTls(PrometheusMeterRegistry registry) throws Exception {
    TestPki pki = new TestPki(folder);
    X509Bundle shown = pki.issue("server");
    Map<Setting, String> flags =
        Map.of(
            Setting.TLS_CERTIFICATE, pki.certificate("a.pem", shown).toString(),
            Setting.TLS_KEY, pki.key("a.key", shown).toString());
    new Transport(Settings.of(SettingsResolver.read(flags, Map.of(), null)))
        .listen(Server.builder(), registry);
  }

  private static void read(String text, Map<String, Set<String>> metrics) {
    Pattern name = Pattern.compile("(\\w+)=\"");
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .forEach(
            sample -> {
              Set<String> labels =
                  metrics.computeIfAbsent(sample.group(1), each -> new HashSet<>(OF_PROMETHEUS));
              Matcher label = name.matcher(String.valueOf(sample.group(2)));
              while (label.find()) {
                labels.add(label.group(1));
              }
            });
  }
}
