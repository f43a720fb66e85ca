package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.proto.guayaba.v1.ArchiveSessionRequest;
import dev.parley.proto.guayaba.v1.SessionServiceGrpc;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors have the format of Guayaba, independent of the part of the server that detects them. */
class GuayabaErrorsTest {
  private static final int REQUEST_BYTES_MAX = 4096;
  private static ServerFixture server;
  private static UUID agentId;
  private static String key;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .flag(Setting.REQUEST_BYTES_MAX, Integer.toString(REQUEST_BYTES_MAX))
            .flag(Setting.CONTENT_BYTES_MAX, "1024")
            .start();
    agentId = server.agent("acme");
    key = server.agentKey(agentId, "agent:manage");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ContractClient client(String key) {
    return ContractClient.of(server, "guayaba", "/api/v1/agents/" + agentId).with(key);
  }

  private static void isError(HttpResponse<String> answer, int status, String error) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(JsonBodies.text(answer.body(), "/error")).isEqualTo(error);
    assertThat(JsonBodies.tree(answer.body())).hasSize(2);
    assertThat(JsonBodies.text(answer.body(), "/message"))
        .isNotBlank()
        .doesNotContain("Exception", "dev.parley", "com.", "java.");
  }

  private static String example(String name) {
    return JsonBodies.tree(JsonBodies.wire("guayaba/" + name)).toString();
  }

  @Test
  void credential_noneOrBad_401BeforeTheBodyIsLookedAt() {
    HttpResponse<String> none = client(null).post("/sessions/history", "{not json");
    HttpResponse<String> bad = client("g_agent_x").post("/sessions/history", "{not json");
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.body()).isEqualTo(example("error-401-invalid-key.json"));
    assertThat(bad.body()).isEqualTo(none.body());
  }

  @Test
  void scope_missing_403BeforeTheBodyIsRead() {
    HttpResponse<String> answer =
        client(server.agentKey(agentId, "chat")).post("/sessions/history", "{not json");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).isEqualTo(example("error-403-missing-scope.json"));
  }

  @Test
  void agent_another_403BeforeTheBodyIsJudged() {
    UUID other = server.agent("acme");
    HttpResponse<String> answer =
        ContractClient.of(server, "guayaba", "/api/v1/agents/" + other)
            .with(key)
            .post("/sessions/history", "{\"limit\":0}");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).isEqualTo(example("error-403-wrong-agent.json"));
  }

  @Test
  void agent_ofAnotherOwnerOrUnknownOrNoUuid_404InTheSameWords() {
    String master = server.masterKey("initech");
    for (String agent : new String[] {agentId.toString(), UUID.randomUUID().toString(), "abc"}) {
      for (String body : new String[] {"{}", "{not json"}) {
        HttpResponse<String> answer =
            ContractClient.of(server, "guayaba", "/api/v1/agents/" + agent)
                .with(master)
                .post("/sessions/rename", body);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo(example("error-404-agent-not-found.json"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"key\":\"a\"",
        "{\"key\":\"a\"} trailing",
        "{\"key\":\"a\"}{}",
        "[]",
        "\"a\"",
        "5",
        "{'key':'a'}",
        "{\"key\":01}"
      })
  void body_malformed_400(String body) {
    isError(client(key).post("/sessions/archive", body), 400, "Bad Request");
  }

  @Test
  void body_notUtf8_400() {
    HttpResponse<String> answer =
        server.send(
            request ->
                request
                    .header("Authorization", "Bearer " + key)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(new byte[] {'{', '"', (byte) 0xff, '"'})),
            "/api/v1/agents/" + agentId + "/sessions/archive");
    isError(answer, 400, "Bad Request");
  }

  @Test
  void body_tooDeep_400() {
    isError(
        client(key).post("/sessions/archive", "{\"key\":" + "[".repeat(1500)), 400, "Bad Request");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"key\":5} | key | The key must be a string.",
        "{\"key\":null} | key | The key field is required.",
        "{\"key\":\"\"} | key | The key field is required.",
        "{} | key | The key field is required.",
        "{\"key\":\"a\",\"lable\":\"b\"} | lable | The lable is not a known field.",
        "{\"key\":\"a\",\"key\":\"b\"} | key | The key must be given once.",
        "{\"key\":\"a\",\"label\":[1]} | label | The label must be a string.",
      })
  void field_breaksRule_422NamesIt(String body, String field, String text) {
    HttpResponse<String> answer = client(key).post("/sessions/rename", body);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(422);
    assertThat(JsonBodies.text(answer.body(), "/message")).isEqualTo("The given data was invalid.");
    assertThat(JsonBodies.text(answer.body(), "/errors/" + field + "/0")).isEqualTo(text);
  }

  /** The query must not replace a value of the body. */
  @ParameterizedTest
  @ValueSource(strings = {"key=other", "label=x", "key.x=1", "id=other"})
  void query_namesFieldOfTheBody_422AndNothingChanges(String query) {
    server.send(
        "POST",
        "/v1/agents/" + agentId + "/sessions",
        server.rootKey(),
        "{\"key\":\"mine\",\"label\":\"L\"}");
    String before = client(key).get("/sessions").body();
    HttpResponse<String> answer =
        client(key).post("/sessions/rename?" + query, "{\"key\":\"mine\",\"label\":\"b\"}");
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(422);
    assertThat(client(key).get("/sessions").body()).isEqualTo(before);
  }

  @Test
  void query_unknown_isIgnored() {
    assertThat(client(key).get("/sessions?_=1").statusCode()).isEqualTo(200);
  }

  @Test
  void contentType_another_415() {
    HttpResponse<String> answer =
        server.send(
            request ->
                request
                    .header("Authorization", "Bearer " + key)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("key=a")),
            "/api/v1/agents/" + agentId + "/sessions/archive");
    isError(answer, 415, "Unsupported Media Type");
  }

  @Test
  void body_atTheBoundAndPastIt() {
    String frame = "{\"key\":\"\"}";
    String at = "{\"key\":\"" + "a".repeat(REQUEST_BYTES_MAX - frame.length()) + "\"}";
    assertThat(client(key).post("/sessions/archive", at).statusCode()).isEqualTo(404);
    isError(client(key).post("/sessions/archive", at + " "), 413, "Request Entity Too Large");
  }

  /** Over gRPC, a message that is too large gets a status instead of a broken stream. */
  @Test
  void message_pastTheBound_resourceExhausted() {
    StatusRuntimeException failure =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                SessionServiceGrpc.newBlockingStub(server.channel(key))
                    .archiveSession(
                        ArchiveSessionRequest.newBuilder()
                            .setId(agentId.toString())
                            .setKey("a".repeat(REQUEST_BYTES_MAX))
                            .build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/agents/%zz/sessions", "/v1/agents/../../x"})
  void path_unreadable_400InJson(String path) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/json");
    }
  }

  @Test
  void route_unknown_404() {
    isError(
        server.send("GET", "/api/v1/agents/" + agentId + "/nothing", key, null), 404, "Not Found");
    isError(server.send("GET", "/api/v1/nothing", null, null), 404, "Not Found");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /sessions, GET",
    "DELETE, /archives, GET",
    "GET, /sessions/history, POST",
    "PATCH, /archives/restore, POST"
  })
  void method_another_405WithAllow(String method, String path, String allow) {
    HttpResponse<String> answer =
        server.send(method, "/api/v1/agents/" + agentId + path, key, null);
    isError(answer, 405, "Method Not Allowed");
    assertThat(answer.headers().firstValue("allow")).hasValue(allow);
  }
}
