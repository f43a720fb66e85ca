package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.EventReader;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code CreateWatchTicket}, and watches that are opened with a ticket. */
@Timeout(120)
class WatchTicketWireTest {
  @TempDir Path folder;
  private final SetClock clock = new SetClock("2026-03-15T10:30:00Z");
  private ServerFixture server;
  private UUID agentId;
  private String session;

  @BeforeEach
  void start() {
    server = ServerFixture.in(folder).clock(clock).start();
    agentId = server.agent("acme");
    HttpResponse<String> created =
        server.send(
            "POST", "/v1/agents/" + agentId + "/sessions", server.rootKey(), "{\"key\":\"k\"}");
    session = JsonBodies.tree(created.body()).at("/sessionId").asText();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> create(String key, String body) {
    return server.send("POST", "/v1/watchTickets", key, body);
  }

  private String path(String key, String body) {
    HttpResponse<String> answer = create(key, body);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    JsonNode ticket = JsonBodies.tree(answer.body());
    assertThat(ticket.at("/expireTime").isTextual()).isTrue();
    assertThat(ticket.at("/path").asText()).contains(ticket.at("/ticket").asText());
    return ticket.at("/path").asText();
  }

  private String ofSession() {
    return "{\"agentId\":\"%s\",\"sessionId\":\"%s\"}".formatted(agentId, session);
  }

  private int status(String path) {
    try (EventReader events = EventReader.open(server.port(), path, request -> request)) {
      return events.status();
    }
  }

  @Test
  void ticket_opensItsWatch_withFurtherParameters() {
    String path = path(server.rootKey(), ofSession());
    try (EventReader events =
        EventReader.open(server.port(), path + "&include=SESSIONS", request -> request)) {
      assertThat(events.status()).isEqualTo(200);
      assertThat(events.next().name()).isEqualTo("session");
    }
    assertThat(path).startsWith("/v1/agents/" + agentId + "/sessions/" + session + ":watch?");
  }

  @Test
  void ticket_ofAnAgent_opensItsWatch() {
    String key = server.agentKey(agentId, "agent:read");
    assertThat(status(path(key, "{\"agentId\":\"" + agentId + "\"}"))).isEqualTo(200);
    assertThat(status(path(server.masterKey("acme"), "{\"agentId\":\"-\"}"))).isEqualTo(200);
  }

  @Test
  void ticket_opensNothingElse() {
    String path = path(server.rootKey(), ofSession());
    String query = path.substring(path.indexOf('?'));
    String ticket = query.substring("?ticket=".length());
    String agent = "/v1/agents/" + agentId;
    assertThat(status(agent + "/sessions:watch" + query)).isEqualTo(401);
    assertThat(status("/v1/agents/-/sessions:watch" + query)).isEqualTo(401);
    assertThat(status(agent + "/sessions/" + session + query)).isEqualTo(401);
    assertThat(server.send("GET", agent + "/sessions", ticket, null).statusCode()).isEqualTo(401);
    assertThat(
            server
                .send("GET", agent + "/sessions/" + session + ":watch", ticket, null)
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void changedTicket_isRefused() {
    String path = path(server.rootKey(), ofSession());
    char last = path.charAt(path.length() - 2);
    String changed = path.substring(0, path.length() - 2) + (last == 'A' ? 'B' : 'A') + "A";
    assertThat(status(changed)).isEqualTo(401);
    assertThat(status(path.substring(0, path.indexOf('=') + 1) + "x")).isEqualTo(401);
    assertThat(status(path.substring(0, path.indexOf('=') + 1))).isEqualTo(401);
  }

  @Test
  void ticket_endsAtItsTime() {
    String path = path(server.rootKey(), ofSession());
    clock.advance(Duration.ofMinutes(5).minusMillis(1));
    assertThat(status(path)).isEqualTo(200);
    clock.advance(Duration.ofMillis(1));
    assertThat(status(path)).isEqualTo(401);
  }

  @Test
  void ticket_endsWithTheKeyOfItsCreator() {
    String created =
        server.key(
            "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"scopes\":[\"agent:read\"]}"
                .formatted(agentId));
    String path = path(created, ofSession());
    assertThat(status(path)).isEqualTo(200);
    JsonNode keys =
        JsonBodies.tree(server.send("GET", "/v1/keys?owner=acme", server.rootKey(), null).body());
    String keyId = keys.at("/keys/0/keyId").asText();
    assertThat(server.send("DELETE", "/v1/keys/" + keyId, server.rootKey(), null).statusCode())
        .isBetween(200, 204);
    assertThat(status(path)).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({"1s, 200", "3600s, 200", "0.999s, 400", "3600.001s, 400"})
  void ttl_hasBounds(String ttl, int status) {
    HttpResponse<String> answer =
        create(server.rootKey(), "{\"agentId\":\"%s\",\"ttl\":\"%s\"}".formatted(agentId, ttl));
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    if (status == 400) {
      assertThat(answer.body()).contains("\"ttl\"");
    }
  }

  @Test
  void ticket_forAnAgentThatTheCallerMayNotSee_isRefused() {
    UUID other = server.agent("other");
    String key = server.agentKey(agentId, "agent:read");
    assertThat(create(key, "{\"agentId\":\"" + other + "\"}").statusCode()).isEqualTo(403);
    assertThat(create(null, ofSession()).statusCode()).isEqualTo(401);
  }
}
