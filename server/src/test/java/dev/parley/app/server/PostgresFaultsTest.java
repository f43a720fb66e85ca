package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.config.Settings;
import dev.parley.config.SettingsResolver;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Traffic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Faults of a database while clients write and read. Calls fail quickly with a retryable error, no
 * acknowledged write is lost, and the server recovers by itself.
 */
class PostgresFaultsTest {
  private static final Logger log = LoggerFactory.getLogger(PostgresFaultsTest.class);

  static final int REQUEST_SECONDS = 4;

  /** Much longer than any recovery, so only a hang exceeds it. */
  private static final Duration HANG = Duration.ofMinutes(1);

  private static PostgresServer database;
  private static ServerFixture server;

  @BeforeAll
  static void start() {
    database = PostgresServer.own();
    server = server(database.newDatabase());
  }

  @AfterAll
  static void stop() {
    try {
      server.close();
    } finally {
      database.close();
    }
  }

  static ServerFixture server(String url) {
    return ServerFixture.over(() -> store(url))
        .flag(Setting.REQUEST_TIMEOUT_SECONDS, Integer.toString(REQUEST_SECONDS))
        .start();
  }

  private static Store store(String url) {
    Map<Setting, String> flags =
        Map.of(
            Setting.STORE, url, Setting.REQUEST_TIMEOUT_SECONDS, Integer.toString(REQUEST_SECONDS));
    return Stores.open(
        Settings.of(SettingsResolver.read(flags, Map.of(), null)),
        new SimpleMeterRegistry(),
        StoreObserver.NONE);
  }

  @Test
  void stopped_thenStarted() {
    outage(database::stop, database::start);
  }

  @Test
  void killed_thenStarted() {
    outage(database::kill, database::start);
  }

  @Test
  void paused_thenResumed() {
    outage(database::pause, database::resume);
  }

  @Test
  void outOfConnections_whenOpenOnesBreak() {
    outage(
        () -> {
          database.setConnectionsMax(0);
          database.terminateConnections();
        },
        database::unsetConnectionsMax);
  }

  @Test
  void connectionsTerminated() {
    UUID agentId = server.agent("acme");
    try (Traffic traffic = Traffic.start(server.channel(server.rootKey()), agentId)) {
      traffic.awaitProgress(100);
      for (int i = 0; i < 3; i++) {
        database.terminateConnections();
        recovers(traffic);
      }
      endsWell(traffic);
    }
  }

  @Test
  void readOnly_readsGoOn() {
    UUID agentId = server.agent("acme");
    try (Traffic traffic = Traffic.start(server.channel(server.rootKey()), agentId)) {
      traffic.awaitProgress(100);
      database.setReadOnly(true);
      try {
        traffic.awaitRefusedAppends();
        assertThat(list(server, agentId).statusCode()).isEqualTo(200);
      } finally {
        database.setReadOnly(false);
      }
      recovers(traffic);
      endsWell(traffic);
    }
  }

  @Test
  void fewConnections_fromTheStart_serveMoreSlowly() {
    try (PostgresServer small = PostgresServer.own()) {
      String url = small.newDatabase();
      // Less than the 16 connections of the default. Opening a store needs three at a
      // time.
      small.setConnectionsMax(4);
      try (ServerFixture other = server(url)) {
        UUID agentId = other.agent("acme");
        try (Traffic traffic = Traffic.start(other.channel(other.rootKey()), agentId)) {
          traffic.awaitProgress(100);
          small.terminateConnections();
          recovers(traffic);
          endsWell(traffic, other);
        }
      }
    }
  }

  private static void outage(Runnable begin, Runnable end) {
    UUID agentId = server.agent("acme");
    try (Traffic traffic = Traffic.start(server.channel(server.rootKey()), agentId)) {
      traffic.awaitProgress(100);
      begin.run();
      try {
        traffic.awaitRefusedAppends();
        traffic.awaitRefusedReads();
        isUnavailable(server, agentId);
      } finally {
        end.run();
      }
      recovers(traffic);
      endsWell(traffic);
    }
  }

  private static void isUnavailable(ServerFixture server, UUID agentId) {
    HttpResponse<String> answer = list(server, agentId);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 3L);
    assertThat(JsonBodies.text(answer.body(), "/error/status")).isEqualTo("UNAVAILABLE");
    HttpResponse<String> guayaba =
        server.send("GET", "/api/v1/agents/" + agentId + "/sessions", server.rootKey(), null);
    assertThat(guayaba.statusCode()).as(guayaba.body()).isEqualTo(503);
    assertThat(guayaba.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 3L);
    assertThat(guayaba.body())
        .isEqualTo(
            JsonBodies.tree(JsonBodies.wire("guayaba/error-503-agent-not-running.json"))
                .toString());
  }

  private static HttpResponse<String> list(ServerFixture server, UUID agentId) {
    return server.send("GET", "/v1/agents/" + agentId + "/sessions", server.rootKey(), null);
  }

  /** Clients continue without help. */
  static void recovers(Traffic traffic) {
    long begin = System.nanoTime();
    traffic.awaitProgress(50);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    log.warn("Recovered after {}.", took);
    assertThat(took).as("recovery").isLessThan(HANG);
  }

  private static void endsWell(Traffic traffic) {
    endsWell(traffic, server);
  }

  /** Calls failed only with retryable errors and in time, and nothing is lost. */
  static void endsWell(Traffic traffic, ServerFixture server) {
    traffic.close();
    log.warn("{} calls refused, the slowest took {}.", traffic.refused(), traffic.slowest());
    assertThat(traffic.surprises()).isEmpty();
    assertThat(traffic.slowest()).isLessThan(HANG);
    traffic.verify(server.channel(server.rootKey()));
  }
}
