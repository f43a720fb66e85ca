package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.config.Setting;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import dev.parley.testing.Waiting;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code expire_time} and {@code ttl}, from the request to the deletion. */
class RetentionWireTest {
  private static final String NOW = "2026-03-01T00:00:00Z";
  private static ServerFixture shared;

  private ServerFixture server = shared;
  private String owner = "owner-" + UUID.randomUUID();
  private UUID agent = server.agent(owner);

  @BeforeAll
  static void start(@TempDir Path folder) {
    shared = server(folder, new SetClock(NOW), "0");
  }

  private static ServerFixture server(Path folder, SetClock clock, String sweepSeconds) {
    return ServerFixture.in(folder).clock(clock).flag(Setting.SWEEP_SECONDS, sweepSeconds).start();
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  private HttpResponse<String> send(String method, String path, String body) {
    return server.send(method, path, server.rootKey(), body);
  }

  private JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private JsonNode make(String fields) {
    return ok(send("POST", "/v1/agents/" + agent + "/sessions", "{" + fields + "}"));
  }

  private String path(JsonNode session) {
    return "/v1/agents/" + agent + "/sessions/" + session.get("sessionId").textValue();
  }

  private JsonNode append(String key) {
    return ok(send(
            "POST",
            "/v1/agents/" + agent + "/messages:append",
            """
                {"key":"%s","createIfMissing":true,
                "messages":[{"role":"USER","content":"hi"}]}
                """
                .formatted(key)))
        .get("session");
  }

  @ParameterizedTest
  @CsvSource({"60s, 60s", "60.000001s, 60.000001s", "315360000s, 315360000s", "61.5s, 61.500s"})
  void ttl_inRange_answeredWithItsTime(String ttl, String answered) {
    JsonNode made = make("\"ttl\":\"%s\"".formatted(ttl));

    assertThat(made.get("ttl").textValue()).isEqualTo(answered);
    assertThat(made.has("expireTime")).isFalse();
    assertThat(made.get("effectiveExpireTime").textValue()).isNotEmpty();
    assertThat(ok(send("GET", path(made), null))).isEqualTo(made);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"ttl\":\"59.999999s\"",
        "\"ttl\":\"315360000.000001s\"",
        "\"ttl\":\"-60s\"",
        "\"ttl\":\"60\"",
        "\"ttl\":60",
        "\"ttl\":\"1h\"",
        "\"expireTime\":\"2026-03-01T00:00:00Z\"",
        "\"expireTime\":\"2025-03-01T00:00:00Z\"",
        "\"expireTime\":\"10000-01-01T00:00:00Z\"",
        "\"expireTime\":7"
      })
  void expiry_outOfRange_refusedNamingTheField(String field) {
    String name = field.contains("ttl") ? "ttl" : "expire";

    HttpResponse<String> made =
        send("POST", "/v1/agents/" + agent + "/sessions", "{" + field + "}");
    HttpResponse<String> changed = send("PATCH", path(make("")), "{" + field + "}");

    assertThat(made.statusCode()).as(made.body()).isEqualTo(400);
    assertThat(made.body()).contains("\"field\":\"" + name);
    assertThat(changed.statusCode()).isEqualTo(400);
    assertThat(changed.body()).contains("\"field\":\"" + name);
  }

  @Test
  void update_setsChangesAndClears() {
    JsonNode made = make("\"expireTime\":\"2026-03-02T00:00:00Z\",\"ttl\":\"60s\"");
    assertThat(made.get("effectiveExpireTime").textValue()).isEqualTo("2026-03-01T00:01:00Z");

    JsonNode longer = ok(send("PATCH", path(made), "{\"ttl\":\"864000s\"}"));
    JsonNode label = ok(send("PATCH", path(made), "{\"label\":\"L\"}"));
    JsonNode noTtl = ok(send("PATCH", path(made) + "?updateMask=ttl", "{}"));
    JsonNode never = ok(send("PATCH", path(made) + "?updateMask=expireTime", "{}"));

    assertThat(longer.get("effectiveExpireTime").textValue()).isEqualTo("2026-03-02T00:00:00Z");
    assertThat(label.get("ttl").textValue()).isEqualTo("864000s");
    assertThat(noTtl.has("ttl")).isFalse();
    assertThat(noTtl.get("expireTime").textValue()).isEqualTo("2026-03-02T00:00:00Z");
    assertThat(never.has("effectiveExpireTime")).isFalse();
    assertThat(never.get("etag")).isNotEqualTo(noTtl.get("etag"));
  }

  @Test
  void agentsDefault_setChangedAndTaken() {
    JsonNode made =
        ok(send("POST", "/v1/agents", "{\"owner\":\"x\",\"defaultSessionTtl\":\"60s\"}"));
    assertThat(made.get("defaultSessionTtl").textValue()).isEqualTo("60s");
    String path = "/v1/agents/" + agent;

    JsonNode set = ok(send("PATCH", path, "{\"defaultSessionTtl\":\"3600s\"}"));
    JsonNode appended = append("api:new");
    JsonNode own = make("\"ttl\":\"0s\"");
    JsonNode cleared = ok(send("PATCH", path + "?updateMask=defaultSessionTtl", "{}"));

    assertThat(set.get("defaultSessionTtl").textValue()).isEqualTo("3600s");
    assertThat(set.get("owner").textValue()).isEqualTo(owner);
    assertThat(appended.get("ttl").textValue()).isEqualTo("3600s");
    assertThat(own.has("ttl")).isFalse();
    assertThat(cleared.has("defaultSessionTtl")).isFalse();
    assertThat(append("api:other").has("ttl")).isFalse();
    assertThat(append("api:new").get("ttl").textValue()).isEqualTo("3600s");
    for (String bad : List.of("59s", "315360001s", "-1s")) {
      HttpResponse<String> refused =
          send("PATCH", path, "{\"defaultSessionTtl\":\"%s\"}".formatted(bad));
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("\"field\":\"default");
    }
  }

  /** A swept session is deleted and counted. An archive stays, also after it is restored. */
  @Test
  void sweep_takesWhatIsDue(@TempDir Path folder) {
    SetClock clock = new SetClock(NOW);
    try (ServerFixture sweeping =
        ServerFixture.in(folder)
            .clock(clock)
            .flag(Setting.SWEEP_SECONDS, "1")
            .flag(Setting.AUDIT_RETENTION_DAYS, "1")
            .start()) {
      server = sweeping;
      agent = server.agent(owner);
      sweepTakesWhatIsDue(clock);
      sweepDeletesOldAuditEntries(clock);
    }
  }

  private void sweepTakesWhatIsDue(SetClock clock) {
    JsonNode due = make("\"key\":\"due\",\"ttl\":\"60s\"");
    JsonNode kept = make("\"key\":\"kept\"");
    JsonNode archived = make("\"key\":\"archived\",\"ttl\":\"60s\"");
    JsonNode later = make("\"key\":\"later\",\"ttl\":\"61s\"");
    JsonNode archive = ok(send("POST", path(archived) + ":archive", "{}"));
    assertThat(archive.has("effectiveExpireTime")).isFalse();
    clock.set("2026-03-01T00:01:00Z");

    Waiting.until(() -> send("GET", path(due), null).statusCode() == 404, () -> "a sweep");

    JsonNode restored = ok(send("POST", path(archived) + ":restore", "{}"));
    assertThat(restored.has("ttl")).isFalse();
    assertThat(send("GET", path(kept), null).statusCode()).isEqualTo(200);
    assertThat(send("GET", path(later), null).statusCode()).isEqualTo(200);
    Waiting.until(
        () ->
            server
                .send("GET", "/metrics", null, null)
                .body()
                .contains("parley_sessions_expired_total 1.0"),
        () -> "the count");
  }

  private void sweepDeletesOldAuditEntries(SetClock clock) {
    // The agent was created at 00:00:00, the first session expired at 00:01:00.
    assertThat(auditedActions()).contains("agent.create", "session.expire");

    clock.set("2026-03-02T00:01:00Z");

    Waiting.until(() -> !auditedActions().contains("agent.create"), () -> "the deletion");
    assertThat(auditedActions()).contains("session.expire");
  }

  private List<String> auditedActions() {
    List<String> actions = new ArrayList<>();
    ok(send("GET", "/v1/auditEntries?owner=" + owner, null))
        .path("entries")
        .forEach(entry -> actions.add(entry.get("action").textValue()));
    return actions;
  }

  @Test
  void foundry_estimatedExpiresTime_isThatOrADay() {
    make("\"key\":\"a\",\"ttl\":\"60s\"");
    make("\"key\":\"b\"");

    String body =
        send(
                "GET",
                "/api/v2/aipAgents/agents/ri.aip-agents..agent." + agent + "/sessions?preview=true",
                null)
            .body();

    assertThat(JsonBodies.tree(body).findValuesAsText("estimatedExpiresTime"))
        .containsExactlyInAnyOrder("2026-03-01T00:01:00Z", "2026-03-02T00:00:00Z");
  }

  @Test
  void preview_namesWhatGoesAndWhy() {
    ok(send("PATCH", "/v1/agents/" + agent, "{\"defaultSessionTtl\":\"7200s\"}"));
    make("\"key\":\"time\",\"expireTime\":\"2026-03-01T01:00:00Z\"");
    append("default");
    make("\"key\":\"ttl\",\"ttl\":\"10800s\"");
    make("\"key\":\"much later\",\"ttl\":\"864000s\"");
    make("\"key\":\"never\",\"ttl\":\"0s\"");

    JsonNode all = ok(send("GET", "/v1/retention/preview?agentId=" + agent, null));
    JsonNode until =
        ok(send("GET", "/v1/retention/preview?until=2026-03-01T02:00:00Z&agentId=" + agent, null));

    assertThat(all.findValuesAsText("key")).containsExactly("time", "default", "ttl");
    assertThat(all.findValuesAsText("reason")).containsExactly("EXPIRE_TIME", "DEFAULT_TTL", "TTL");
    assertThat(all.findValuesAsText("expireTime").get(1)).isEqualTo("2026-03-01T02:00:00Z");
    assertThat(until.findValuesAsText("key")).containsExactly("time", "default");
  }

  @Test
  void preview_pagesAndAgents_forRootAlone() {
    List<String> keys = List.of("k1", "k2", "k3");
    keys.forEach(key -> make("\"key\":\"%s\",\"ttl\":\"3600s\"".formatted(key)));
    UUID mine = agent;
    agent = server.agent("other-" + owner);
    make("\"key\":\"theirs\",\"ttl\":\"60s\"");
    String master = server.masterKey(owner);

    assertThat(pages(server.rootKey(), "?agentId=" + mine + "&pageSize=1"))
        .containsExactlyInAnyOrderElementsOf(keys);
    assertThat(server.send("GET", "/v1/retention/preview", master, null).statusCode())
        .isEqualTo(403);
    assertThat(pages(server.rootKey(), "?pageSize=100")).startsWith("theirs").containsAll(keys);
    assertThat(send("GET", "/v1/retention/preview?pageSize=101", null).statusCode()).isEqualTo(200);
  }

  private List<String> pages(String key, String query) {
    List<String> keys = new ArrayList<>();
    String token = "";
    do {
      JsonNode page = ok(server.send("GET", "/v1/retention/preview" + query + token, key, null));
      keys.addAll(page.findValuesAsText("key"));
      JsonNode next = page.get("nextPageToken");
      token = next == null ? "" : "&pageToken=" + next.textValue();
    } while (!token.isEmpty());
    return keys;
  }
}
