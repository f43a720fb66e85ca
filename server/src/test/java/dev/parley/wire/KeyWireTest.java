package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.model.ApiKey;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import dev.parley.testing.StoreUnderTest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are rotated without a gap, and expire at the exact time. */
class KeyWireTest {
  private static final SetClock CLOCK = new SetClock("2026-03-15T10:00:00Z");
  private static ServerFixture server;

  private final String owner = "owner-" + UUID.randomUUID();
  private final UUID agentId = server.agent(owner);

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).clock(CLOCK).flag(Setting.RATE_LIMIT, "off").start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> post(String path, String key, String body) {
    return server.send("POST", path, key, body);
  }

  private String make(String request) {
    return ok(post("/v1/keys", server.rootKey(), request));
  }

  private String agentKey() {
    return make(
        """
        {"type":"AGENT","agentId":"%s","scopes":["chat"],"client":"cli"}"""
            .formatted(agentId));
  }

  private static String rotate(String key, String body) {
    return ok(rotated(key, server.rootKey(), body));
  }

  private static HttpResponse<String> rotated(String key, String caller, String body) {
    return post("/v1/keys/" + text(key, "keyId") + ":rotate", caller, body);
  }

  private static String ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String text(String body, String field) {
    return JsonBodies.text(body, "/" + field);
  }

  private int status(String key) {
    return server.send("GET", "/v1/agents/" + agentId, text(key, "secret"), null).statusCode();
  }

  private String state(String key) {
    String list = server.send("GET", "/v1/keys?owner=" + owner, server.rootKey(), null).body();
    for (var each : JsonBodies.tree(list).at("/keys")) {
      if (each.get("keyId").asText().equals(text(key, "keyId"))) {
        return each.get("state").asText();
      }
    }
    throw new AssertionError(list);
  }

  @Test
  void rotate_agentKey_bothWorkForADayUnlessSaid() {
    String old = agentKey();
    String successor = rotate(old, "{}");

    assertThat(text(successor, "secret")).startsWith("g_agent_");
    assertThat(text(successor, "client")).isEqualTo("cli");
    assertThat(JsonBodies.tree(successor).get("scopes"))
        .isEqualTo(JsonBodies.tree(old).get("scopes"));
    assertThat(JsonBodies.tree(successor).has("expireTime")).isFalse();
    assertThat(state(old)).isEqualTo("LIVE");
    CLOCK.advance(Duration.ofDays(1).minusNanos(1_000));
    assertThat(status(old)).isEqualTo(200);
    CLOCK.advance(Duration.ofNanos(1_000));
    assertThat(status(old)).isEqualTo(401);
    assertThat(status(successor)).isEqualTo(200);
    assertThat(state(old)).isEqualTo("EXPIRED");
    assertThat(rotated(old, server.rootKey(), "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void rotate_withoutOverlapAndWithExpiry_endsAtOnce() {
    String old = agentKey();
    String end = CLOCK.instant().plusSeconds(60).toString();

    String successor = rotate(old, "{\"overlapSeconds\":0,\"expireTime\":\"%s\"}".formatted(end));

    assertThat(status(old)).isEqualTo(401);
    assertThat(status(successor)).isEqualTo(200);
    assertThat(text(successor, "expireTime")).isEqualTo(end);
    CLOCK.advance(Duration.ofSeconds(60));
    assertThat(status(successor)).isEqualTo(401);
  }

  @Test
  void rotate_master_endsAtOnceAndLeavesTheAgentsKeys() {
    String master = make("{\"type\":\"MASTER\",\"owner\":\"%s\"}".formatted(owner));
    String agentKey = agentKey();

    String successor = rotate(master, "{}");

    assertThat(text(successor, "secret")).startsWith("g_master_");
    assertThat(status(master)).isEqualTo(401);
    assertThat(status(successor)).isEqualTo(200);
    assertThat(status(agentKey)).isEqualTo(200);
    HttpResponse<String> overlap = rotated(successor, server.rootKey(), "{\"overlapSeconds\":1}");
    assertThat(overlap.statusCode()).isEqualTo(400);
    assertThat(overlap.body()).contains("overlapSeconds must be 0");
    assertThat(rotated(successor, text(successor, "secret"), "{}").statusCode()).isEqualTo(403);
  }

  @Test
  void create_secondMaster_refusedUnlessItReplaces() {
    String request = "{\"type\":\"MASTER\",\"owner\":\"%s\",\"replace\":%s}";
    String master = make(request.formatted(owner, false));
    String agentKey = agentKey();

    HttpResponse<String> second =
        post("/v1/keys", server.rootKey(), request.formatted(owner, false));

    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(text(second.body(), "error/status")).isEqualTo("ALREADY_EXISTS");
    assertThat(text(second.body(), "error/message"))
        .isEqualTo(
            "The owner has a live master key. Creating a new one with \"replace\" revokes the"
                + " master key "
                + text(master, "keyId")
                + " and 1 live key of the owner's agents.");
    var info = JsonBodies.tree(second.body()).at("/error/details/0");
    assertThat(info.at("/reason").asText()).isEqualTo("MASTER_KEY_EXISTS");
    assertThat(info.at("/metadata/key_id").asText()).isEqualTo(text(master, "keyId"));
    assertThat(info.at("/metadata/agent_keys").asText()).isEqualTo("1");
    assertThat(status(master)).isEqualTo(200);

    String next = make(request.formatted(owner, true));

    assertThat(status(master)).isEqualTo(401);
    assertThat(status(agentKey)).isEqualTo(401);
    assertThat(status(next)).isEqualTo(200);
    assertThat(revocations())
        .containsExactlyInAnyOrder(text(master, "keyId"), text(agentKey, "keyId"));
  }

  private List<String> revocations() {
    String path = "/v1/auditEntries?action=key.revoke&owner=" + owner;
    String list = ok(server.send("GET", path, server.rootKey(), null));
    return JsonBodies.tree(list).get("entries").findValuesAsText("keyId");
  }

  @Test
  void create_agentKeyThatReplaces_refusedByName() {
    HttpResponse<String> answer =
        post(
            "/v1/keys",
            server.rootKey(),
            "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"replace\":true}".formatted(agentId));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("replace must not be set for an AGENT key");
  }

  @Test
  void rotate_byWhoMayNot_refusedAndNothingMade() {
    String key = agentKey();
    String stranger =
        text(make("{\"type\":\"MASTER\",\"owner\":\"x%s\"}".formatted(owner)), "secret");

    assertThat(rotated(key, stranger, "{}").statusCode()).isEqualTo(404);
    assertThat(rotated(key, text(key, "secret"), "{}").statusCode()).isEqualTo(403);

    assertThat(
            server.store().listApiKeys(new ApiKeyQuery(owner, null, 9), Cancellation.NONE).join())
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"0, 200", "2592000, 200", "-1, 400", "2592001, 400"})
  void rotate_overlapAtItsBoundsAndOnePast(int seconds, int status) {
    HttpResponse<String> answer =
        rotated(agentKey(), server.rootKey(), "{\"overlapSeconds\":" + seconds + "}");

    assertThat(answer.statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-03-01T00:00:00Z", "1970-01-01T00:00:00Z"})
  void rotate_expiryInThePast_refusedByName(String time) {
    HttpResponse<String> answer =
        rotated(agentKey(), server.rootKey(), "{\"expireTime\":\"%s\"}".formatted(time));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("expireTime must be in the future");
  }

  /** After the server has stopped, the store has the times when keys were used. */
  @Test
  void lastUse_isKeptByAServerThatStops(@TempDir Path folder) {
    UUID keyId;
    try (ServerFixture once = ServerFixture.in(folder).clock(CLOCK).start()) {
      UUID itsAgent = once.agent("acme");
      String secret = once.agentKey(itsAgent, "chat");
      assertThat(once.send("GET", "/v1/agents", secret, null).statusCode()).isEqualTo(200);
      String list = once.send("GET", "/v1/keys", once.rootKey(), null).body();
      keyId = UUID.fromString(JsonBodies.text(list, "/keys/0/keyId"));
      once.stop();
    }
    try (Store store = StoreUnderTest.open(folder)) {
      assertThat(store.findApiKey(keyId).join().map(ApiKey::lastUseTime)).contains(CLOCK.instant());
    }
  }
}
