package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Cancellation;
import dev.parley.storage.query.AuditQuery;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Tokens;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Actions over any API are in the audit log, and only callers with the right scope can read it. */
class AuditWireTest {
  private static final String LIST = "/v1/auditEntries";
  private static ServerFixture server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .flag(Setting.RATE_LIMIT, "off")
            .flag(Setting.TRUSTED_PROXIES, "127.0.0.1")
            .flag(Setting.JWT_HS256_SECRET, Tokens.SECRET)
            .flag(Setting.JWT_OWNER, "trusting")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** An agent, a key of the agent, and a session with a unique key. */
  private static final class Scene {
    final String owner = "owner-" + UUID.randomUUID();
    final UUID agentId = server.agent(owner);
    final String secret = server.agentKey(agentId, "agent:manage");
    final String keyId = keyIds(owner).get(0);
    final String sessionKey = "private:" + UUID.randomUUID();
    final UUID sessionId = session();

    private UUID session() {
      String body = "{\"key\":\"%s\"}".formatted(sessionKey);
      String made = ok(call("POST", "/v1/agents/" + agentId + "/sessions", server.rootKey(), body));
      return UUID.fromString(JsonBodies.text(made, "/sessionId"));
    }

    String path(String template) {
      return template
          .replace("{agent}", agentId.toString())
          .replace("{session}", sessionId.toString())
          .replace("{digits}", sessionId.toString().replace("-", ""))
          .replace("{key}", sessionKey);
    }

    String archive() {
      String path = path("/v1/agents/{agent}/sessions/{session}:archive");
      ok(call("POST", path, server.rootKey(), "{}"));
      String list = ok(call("GET", path("/api/v1/agents/{agent}/archives"), secret, null));
      return JsonBodies.text(list, "/0/filename");
    }

    List<AuditEntry> log(String action) {
      AuditQuery query = new AuditQuery(owner, agentId, action, null, null, null, 100);
      return server.store().listAuditEntries(query, Cancellation.NONE).join();
    }
  }

  private static HttpResponse<String> call(String method, String path, String key, String body) {
    return server.send(
        request -> {
          request
              .header("Authorization", "Bearer " + key)
              .header("x-request-id", "audited-1")
              .header("x-forwarded-for", "203.0.113.9");
          if (body == null) {
            return request.method(method, BodyPublishers.noBody());
          }
          return request
              .header("Content-Type", "application/json")
              .method(method, BodyPublishers.ofString(body));
        },
        path);
  }

  private static String ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
    return answer.body();
  }

  private static List<String> keyIds(String owner) {
    String list = ok(call("GET", "/v1/keys?owner=" + owner, server.rootKey(), null));
    return JsonBodies.tree(list).at("/keys").findValuesAsText("keyId");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parley|session.delete|DELETE|/v1/agents/{agent}/sessions/{session}|",
        "parley|session.archive|POST|/v1/agents/{agent}/sessions/{session}:archive|{}",
        "guayaba|session.archive|POST|/api/v1/agents/{agent}/sessions/archive|{\"key\":\"{key}\"}",
        "guayaba|session.delete|POST|/api/v1/agents/{agent}/sessions/delete|{\"key\":\"{key}\"}",
        "grip|session.delete|DELETE|/api/v1/sessions/{key}|",
        "powabase|session.delete|DELETE|/api/sessions/{session}|",
        "openai|session.delete|DELETE|/v1/conversations/conv_{digits}|",
        "foundry|session.delete|DELETE|/api/v2/aipAgents/agents/ri.aip-agents..agent.{agent}"
            + "/sessions/ri.aip-agents..session.{session}?preview=true|"
      })
  void session_ofAnActiveOne_isInTheLog(
      String face, String action, String method, String path, String body) {
    Scene scene = new Scene();

    ok(call(method, scene.path(path), scene.secret, body == null ? null : scene.path(body)));

    assertLogged(scene, scene.log("session."), face, action);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "guayaba|session.restore|POST|/api/v1/agents/{agent}/archives/restore",
        "guayaba|session.delete|POST|/api/v1/agents/{agent}/archives/delete",
        "parley|session.restore|POST|/v1/agents/{agent}/sessions/{session}:restore",
        "parley|session.delete|DELETE|/v1/agents/{agent}/sessions/{session}"
      })
  void session_ofAnArchivedOne_isInTheLog(String face, String action, String method, String path) {
    Scene scene = new Scene();
    String filename = scene.archive();
    String body =
        face.equals("guayaba")
            ? "{\"filename\":\"%s\"}".formatted(filename)
            : method.equals("DELETE") ? null : "{}";

    ok(call(method, scene.path(path), scene.secret, body));

    List<AuditEntry> log = scene.log("session.");
    assertThat(log).hasSize(2);
    assertThat(log.get(1).action()).isEqualTo("session.archive");
    assertLogged(scene, log.subList(0, 1), face, action);
  }

  private static void assertLogged(Scene scene, List<AuditEntry> log, String face, String action) {
    assertThat(log).hasSize(1);
    AuditEntry entry = log.get(0);
    assertThat(entry.action()).isEqualTo(action);
    assertThat(entry.actor().identity()).isEqualTo("agent:" + scene.agentId);
    assertThat(entry.actor().keyId()).hasToString(scene.keyId);
    assertThat(entry.actor().address()).isEqualTo("203.0.113.9");
    assertThat(entry.actor().requestId()).isEqualTo("audited-1");
    assertThat(entry.actor().transport()).isEqualTo("rest");
    assertThat(entry.actor().api()).isEqualTo(face);
    assertThat(entry.target())
        .isEqualTo(
            new AuditEntry.Target(scene.owner, scene.agentId, scene.sessionId, null, null, null));
    assertThat(entry.toString()).doesNotContain(scene.sessionKey, scene.secret);
  }

  @Test
  void grpcCalls_areInTheLogAsSuch() {
    Scene scene = new Scene();

    new GrpcApiClients(server.channel(scene.secret)).gripDelete(scene.sessionKey);

    assertThat(scene.log("session."))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.actor().transport()).isEqualTo("grpc");
              assertThat(entry.actor().api()).isEqualTo("grip");
              assertThat(entry.actor().address()).isEqualTo("127.0.0.1");
            });
  }

  @Test
  void refusedCalls_leaveNoEntry() {
    Scene scene = new Scene();
    String reader = server.agentKey(scene.agentId, "chat");
    int before = scene.log("").size();
    String gone = "/v1/agents/" + scene.agentId + "/sessions/" + UUID.randomUUID();

    assertThat(call("DELETE", gone, scene.secret, null).statusCode()).isEqualTo(404);
    assertThat(call("DELETE", "/api/v1/sessions/x" + scene.sessionKey, scene.secret, null))
        .returns(404, HttpResponse::statusCode);
    assertThat(call("DELETE", "/api/sessions/" + UUID.randomUUID(), scene.secret, null))
        .returns(404, HttpResponse::statusCode);
    String there = scene.path("/v1/agents/{agent}/sessions/{session}");
    assertThat(call("DELETE", there, reader, null).statusCode()).isEqualTo(403);
    assertThat(call("POST", there + ":restore", scene.secret, "{}").statusCode()).isEqualTo(400);

    assertThat(scene.log("")).hasSize(before);
  }

  @Test
  void agentsAndKeys_areInTheLog_withoutSecrets() {
    Scene scene = new Scene();
    String rotated =
        ok(call("POST", "/v1/keys/" + scene.keyId + ":rotate", server.rootKey(), "{}"));
    ok(call("DELETE", "/v1/keys/" + scene.keyId, server.rootKey(), null));
    ok(call("DELETE", "/v1/agents/" + scene.agentId, server.rootKey(), null));

    String list = ok(call("GET", LIST + "?agentId=" + scene.agentId, server.rootKey(), null));

    assertThat(JsonBodies.tree(list).at("/entries").findValuesAsText("action"))
        .containsExactly("agent.delete", "key.revoke", "key.rotate", "key.create", "agent.create");
    assertThat(JsonBodies.text(list, "/entries/0/identity")).isEqualTo("root");
    assertThat(JsonBodies.text(list, "/entries/2/keyId")).isEqualTo(scene.keyId);
    assertThat(JsonBodies.text(list, "/entries/2/successorKeyId"))
        .isEqualTo(JsonBodies.text(rotated, "/keyId"));
    assertThat(list)
        .doesNotContain(scene.secret, JsonBodies.text(rotated, "/secret"), "g_", scene.sessionKey);
  }

  @Test
  void users_areInTheLogAsWhoTheyAre() {
    UUID agentId = server.agent("trusting");
    String token = Tokens.hs256("{\"sub\":\"ada\",\"aud\":\"authenticated\",\"exp\":1893456000}");
    String path = "/v1/agents/" + agentId + "/sessions";
    String made = ok(call("POST", path, token, "{}"));

    ok(call("DELETE", path + "/" + JsonBodies.text(made, "/sessionId"), token, null));

    String list = ok(call("GET", LIST + "?agentId=" + agentId, server.rootKey(), null));
    assertThat(JsonBodies.text(list, "/entries/0/identity")).isEqualTo("user:8:trusting:ada");
    assertThat(JsonBodies.tree(list).at("/entries/0/actorKeyId").isMissingNode()).isTrue();
  }

  @Test
  void list_masterKey_seesItsOwnersAlone() {
    Scene scene = new Scene();
    Scene other = new Scene();
    String master = server.masterKey(scene.owner);

    String list = ok(call("GET", LIST, master, null));

    assertThat(list).contains(scene.agentId.toString()).doesNotContain(other.agentId.toString());
    assertThat(ok(call("GET", LIST + "?agentId=" + other.agentId, master, null)))
        .isEqualTo("{\"entries\":[]}");
    assertThat(call("GET", LIST + "?owner=" + other.owner, master, null).statusCode())
        .isEqualTo(403);
    assertThat(call("GET", LIST, scene.secret, null).statusCode()).isEqualTo(403);
  }

  @Test
  void list_pagesAndFilters_meetEachEntryOnce() {
    Scene scene = new Scene();
    scene.archive();
    String path = LIST + "?owner=" + scene.owner + "&pageSize=2";

    String first = ok(call("GET", path, server.rootKey(), null));
    String token = JsonBodies.text(first, "/nextPageToken");
    String second = ok(call("GET", path + "&pageToken=" + token, server.rootKey(), null));

    assertThat(actions(first)).containsExactly("session.archive", "key.create");
    assertThat(actions(second)).containsExactly("agent.create");
    assertThat(JsonBodies.tree(second).has("nextPageToken")).isFalse();
    assertThat(call("GET", path + "&action=key.&pageToken=" + token, server.rootKey(), null))
        .returns(400, HttpResponse::statusCode);
    assertThat(actions(ok(call("GET", path + "&action=key.", server.rootKey(), null))))
        .containsExactly("key.create");
    String time = JsonBodies.text(first, "/entries/1/time");
    assertThat(actions(ok(call("GET", path + "&until=" + time, server.rootKey(), null))))
        .containsExactly("agent.create");
    assertThat(actions(ok(call("GET", path + "&since=" + time, server.rootKey(), null))))
        .containsExactly("session.archive", "key.create");
  }

  @ParameterizedTest
  @CsvSource({
    "action=%s, 64, action",
    "owner=%s, 255, owner",
  })
  void list_textAtItsBoundAndOnePast(String query, int max, String field) {
    String path = LIST + "?" + query;
    ok(call("GET", path.formatted("a".repeat(max)), server.rootKey(), null));

    HttpResponse<String> over =
        call("GET", path.formatted("a".repeat(max + 1)), server.rootKey(), null);

    assertThat(over.statusCode()).isEqualTo(400);
    assertThat(over.body()).contains(field);
  }

  @Test
  void list_badTime_refusedByName() {
    HttpResponse<String> bad = call("GET", LIST + "?since=yesterday", server.rootKey(), null);

    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("since");
  }

  private static List<String> actions(String list) {
    return JsonBodies.tree(list).at("/entries").findValuesAsText("action");
  }
}
