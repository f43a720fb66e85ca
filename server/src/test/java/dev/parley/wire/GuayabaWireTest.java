package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.SessionRef;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The eight routes return the bodies of the published contract, byte for byte. */
class GuayabaWireTest {
  private static final SetClock CLOCK = new SetClock("2026-03-15T10:00:00Z");
  private static final Queue<UUID> SCRIPTED_IDS = new ArrayDeque<>();
  private static final List<SessionRef> SCRIPTED = new ArrayList<>();
  private static ServerFixture server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .clock(CLOCK)
            .ids(() -> SCRIPTED_IDS.isEmpty() ? UUID.randomUUID() : SCRIPTED_IDS.remove())
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The examples share an id, which can exist only once in a store. */
  @AfterEach
  void deleteScripted() {
    SCRIPTED.forEach(
        ref -> server.store().deleteSession(ref, session -> {}, AuditContexts.any()).join());
    SCRIPTED.clear();
  }

  /** A new agent with its own key. */
  private static final class Scene {
    final UUID agentId = server.agent("owner-" + UUID.randomUUID());
    final ContractClient client =
        ContractClient.of(server, "guayaba", "/api/v1/agents/" + agentId)
            .with(server.agentKey(agentId, "agent:manage"));

    void session(String id, String json) {
      SCRIPTED_IDS.add(UUID.fromString(id));
      ok(server.send("POST", "/v1/agents/" + agentId + "/sessions", server.rootKey(), json));
      SCRIPTED.add(new SessionRef.ById(agentId, UUID.fromString(id), null));
    }

    void append(String json) {
      ok(server.send("POST", "/v1/agents/" + agentId + "/messages:append", server.rootKey(), json));
    }

    void append(String key, int count) {
      for (int i = 1; i <= count; i++) {
        append(
            """
            {"key":"%s","createIfMissing":true,
             "messages":[{"messageId":"m%d","role":"USER","content":"text %d"}]}"""
                .formatted(key, i, i));
      }
    }
  }

  private static void ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
  }

  private static String example(String name) {
    return JsonBodies.tree(JsonBodies.wire("guayaba/" + name)).toString();
  }

  private static void isEmpty200(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("content-type")).isEmpty();
    assertThat(answer.headers().firstValue("content-length")).hasValue("0");
  }

  private static void isError(HttpResponse<String> answer, int status, String example) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(example(example));
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("application/json; charset=utf-8");
  }

  @Test
  void listSessions_asTheExample() {
    Scene scene = new Scene();
    CLOCK.set("2026-03-15T07:35:00Z");
    scene.session(
        "0b7a2c8e-90c4-4f13-8a54-6a0f8c1d2e37",
        """
        {"key":"agent:main:telegram:group:-1001234567890","chatType":"group",
         "lastChannel":"telegram","origin":{"label":"Ops group","provider":"telegram",\
        "surface":"telegram","chatType":"group","from":"telegram:group:-1001234567890",\
        "to":"telegram:-1001234567890","accountId":"default","threadId":42}}""");
    CLOCK.set("2026-03-15T10:30:00.123Z");
    scene.session(
        "7d1f6f0e-4c55-4b6e-9c0a-2f4a1f3f9b21",
        """
        {"key":"api:550e8400-e29b-41d4-a716-446655440000","label":"Support Conversation #1",
         "chatType":"direct","lastChannel":"webchat",
         "origin":{"provider":"webchat","surface":"webchat","chatType":"direct"}}""");

    HttpResponse<String> answer = scene.client.get("/sessions");

    ok(answer);
    assertThat(answer.body()).isEqualTo(example("sessions-list.200.json"));
  }

  @Test
  void listSessions_none_emptyArray() {
    HttpResponse<String> answer = new Scene().client.get("/sessions");
    ok(answer);
    assertThat(answer.body()).isEqualTo(example("sessions-list-empty.200.json"));
  }

  @Test
  void history_asTheExample() {
    Scene scene = new Scene();
    CLOCK.set("2026-03-15T10:29:50Z");
    scene.append(
        """
        {"key":"api:weather","createIfMissing":true,"messages":[
          {"messageId":"m-0001","role":"USER","content":"What's the weather in Madrid?"},
          {"messageId":"d","role":"DEVELOPER","content":"Never shout."},
          {"messageId":"s","role":"SYSTEM","content":"Be brief."}]}""");
    CLOCK.set("2026-03-15T10:30:00.123Z");
    scene.append(
        """
        {"key":"api:weather","messages":[
          {"messageId":"t","role":"TOOL","content":"24"},
          {"messageId":"m-0002","role":"ASSISTANT",
           "content":[{"type":"text","text":"Sunny, 24 degrees."}]}]}""");

    HttpResponse<String> answer =
        scene.client.post("/sessions/history", "{\"sessionKey\":\"api:weather\",\"limit\":100}");

    ok(answer);
    assertThat(answer.body()).isEqualTo(example("sessions-history.200.json"));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 3", "1000, 205", "'', 200"})
  void history_limit_newestInOrder(String limit, int expected) {
    Scene scene = new Scene();
    scene.append("api:many", 205);
    String body =
        limit.isEmpty()
            ? "{\"sessionKey\":\"api:many\"}"
            : "{\"sessionKey\":\"api:many\",\"limit\":%s}".formatted(limit);

    HttpResponse<String> answer = scene.client.post("/sessions/history", body);

    List<String> ids = JsonBodies.tree(answer.body()).findValuesAsText("id");
    assertThat(ids).hasSize(expected);
    assertThat(ids.get(0)).isEqualTo("m" + (206 - expected));
    assertThat(ids.get(expected - 1)).isEqualTo("m205");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "\"abc\"", "1.5", "true", "{}", "[1]", "1e30"})
  void history_limitOutOfRange_422(String limit) {
    HttpResponse<String> answer =
        new Scene()
            .client.post("/sessions/history", "{\"sessionKey\":\"k\",\"limit\":" + limit + "}");
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(422);
    assertThat(JsonBodies.tree(answer.body()).at("/errors/limit").isArray()).isTrue();
    assertThat(JsonBodies.tree(answer.body()).get("errors")).hasSize(1);
  }

  @Test
  void history_twoFieldsWrong_asTheExample() {
    isError(
        new Scene().client.post("/sessions/history", "{\"limit\":1001}"),
        422,
        "error-422-validation-history.json");
  }

  @Test
  void rename_setsAndClears_updatedAtStays() {
    Scene scene = new Scene();
    CLOCK.set("2026-03-15T10:30:00.123Z");
    scene.append("api:1", 1);
    CLOCK.set("2026-03-15T11:00:00Z");

    isEmpty200(scene.client.post("/sessions/rename", "{\"key\":\"api:1\",\"label\":\"Новый 🙂\"}"));
    String renamed = scene.client.get("/sessions").body();
    isEmpty200(scene.client.post("/sessions/rename", "{\"key\":\"api:1\",\"label\":null}"));
    String cleared = scene.client.get("/sessions").body();
    isEmpty200(scene.client.post("/sessions/rename", "{\"key\":\"api:1\",\"label\":\"again\"}"));
    isEmpty200(scene.client.post("/sessions/rename", "{\"key\":\"api:1\"}"));
    String clearedByAbsence = scene.client.get("/sessions").body();

    assertThat(JsonBodies.text(renamed, "/0/label")).isEqualTo("Новый 🙂");
    assertThat(JsonBodies.tree(renamed).at("/0/updatedAt").asLong()).isEqualTo(1773570600123L);
    assertThat(JsonBodies.tree(cleared).at("/0/label").isNull()).isTrue();
    assertThat(JsonBodies.tree(clearedByAbsence).at("/0/label").isNull()).isTrue();
  }

  @Test
  void rename_labelAtAndPastTheBound() {
    Scene scene = new Scene();
    scene.append("api:1", 1);
    String at = "🙂".repeat(255);
    isEmpty200(
        scene.client.post("/sessions/rename", "{\"key\":\"api:1\",\"label\":\"" + at + "\"}"));

    HttpResponse<String> past =
        scene.client.post("/sessions/rename", "{\"key\":\"api:1\",\"label\":\"" + at + "x\"}");

    assertThat(past.statusCode()).isEqualTo(422);
    assertThat(JsonBodies.text(past.body(), "/errors/label/0"))
        .isEqualTo("The label must not be greater than 255 characters.");
  }

  @Test
  void archive_list_restore_asTheExample() {
    Scene scene = new Scene();
    CLOCK.set("2026-03-15T10:00:00Z");
    scene.session(
        "7d1f6f0e-4c55-4b6e-9c0a-2f4a1f3f9b21",
        "{\"key\":\"api:1\",\"label\":\"Support Conversation #1\"}");
    CLOCK.set("2026-03-15T10:30:00.123456Z");

    isEmpty200(scene.client.post("/sessions/archive", "{\"key\":\"api:1\"}"));
    HttpResponse<String> archives = scene.client.get("/archives");

    assertThat(archives.body()).isEqualTo(example("archives-list.200.json"));
    assertThat(scene.client.get("/sessions").body()).isEqualTo("[]");
    String filename = JsonBodies.text(archives.body(), "/0/filename");
    isEmpty200(
        scene.client.post(
            "/archives/restore",
            "{\"filename\":\"%s\",\"label\":\"Restored Session\"}".formatted(filename)));
    assertThat(JsonBodies.text(scene.client.get("/sessions").body(), "/0/label"))
        .isEqualTo("Restored Session");
    assertThat(scene.client.get("/archives").body()).isEqualTo("[]");
    isError(
        scene.client.post("/archives/restore", "{\"filename\":\"%s\"}".formatted(filename)),
        404,
        "error-404-archive-not-found.json");
  }

  @Test
  void restore_keyInUse_409AndNothingChanges() {
    Scene scene = new Scene();
    scene.append("api:1", 2);
    isEmpty200(scene.client.post("/sessions/archive", "{\"key\":\"api:1\"}"));
    scene.append("api:1", 1);
    String archives = scene.client.get("/archives").body();
    String sessions = scene.client.get("/sessions").body();

    isError(
        scene.client.post(
            "/archives/restore",
            "{\"filename\":\"%s\",\"label\":\"x\"}"
                .formatted(JsonBodies.text(archives, "/0/filename"))),
        409,
        "error-409-restore-conflict.json");

    assertThat(scene.client.get("/archives").body()).isEqualTo(archives);
    assertThat(scene.client.get("/sessions").body()).isEqualTo(sessions);
  }

  @Test
  void restore_nullLabel_422() {
    HttpResponse<String> answer =
        new Scene().client.post("/archives/restore", "{\"filename\":\"f\",\"label\":null}");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(JsonBodies.text(answer.body(), "/errors/label/0"))
        .isEqualTo("The label must be a string.");
  }

  @Test
  void deleteSession_andDeleteArchive_forGood() {
    Scene scene = new Scene();
    scene.append("api:1", 2);
    isEmpty200(scene.client.post("/sessions/delete", "{\"key\":\"api:1\"}"));
    isError(
        scene.client.post("/sessions/delete", "{\"key\":\"api:1\"}"),
        404,
        "error-404-session-not-found.json");
    scene.append("api:2", 2);
    isEmpty200(scene.client.post("/sessions/archive", "{\"key\":\"api:2\"}"));
    String body =
        "{\"filename\":\"%s\"}"
            .formatted(JsonBodies.text(scene.client.get("/archives").body(), "/0/filename"));
    isEmpty200(scene.client.post("/archives/delete", body));
    isError(scene.client.post("/archives/delete", body), 404, "error-404-archive-not-found.json");
    assertThat(scene.client.get("/archives").body()).isEqualTo("[]");
  }

  /** The request bodies of the documentation contain ids that do not exist. */
  @ParameterizedTest
  @CsvSource({
    "/sessions/history, sessions-history.request.json, error-404-session-not-found.json",
    "/sessions/rename, sessions-rename.request.json, error-404-session-not-found.json",
    "/sessions/archive, sessions-archive.request.json, error-404-session-not-found.json",
    "/sessions/delete, sessions-delete.request.json, error-404-session-not-found.json",
    "/archives/restore, archives-restore.request.json, error-404-archive-not-found.json",
    "/archives/delete, archives-delete.request.json, error-404-archive-not-found.json"
  })
  void documentedRequest_unknownName_404(String path, String request, String error) {
    isError(new Scene().client.post(path, JsonBodies.wire("guayaba/" + request)), 404, error);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/b", "a\\\\b", "archive-file.json", "..", "x"})
  void archiveName_ofNoArchive_404(String filename) {
    Scene scene = new Scene();
    String body = "{\"filename\":\"" + filename + "\"}";
    isError(scene.client.post("/archives/restore", body), 404, "error-404-archive-not-found.json");
    isError(scene.client.post("/archives/delete", body), 404, "error-404-archive-not-found.json");
  }
}
