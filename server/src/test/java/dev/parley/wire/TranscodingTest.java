package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.io.UnsupportedEncodingException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Special cases of HTTP/JSON transcoding. An error in any of them would lose or expose data. */
class TranscodingTest {
  private static final String LONG_NUMBER =
      "[{\"n\":1000000000000000000000000000000000000000000000000000000000000000000000000000000}]";
  private static ServerFixture server;
  private UUID agentId;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeAgent() {
    agentId = server.agent("acme");
  }

  private HttpResponse<String> send(String method, String path, String body) {
    return server.send(method, "/v1/agents/" + agentId + path, server.rootKey(), body);
  }

  private HttpResponse<String> append(String key, String message) {
    return send(
        "POST",
        "/messages:append",
        "{\"key\":%s,\"createIfMissing\":true,\"messages\":[%s]}"
            .formatted(JsonBodies.quote(key), message));
  }

  private static void isInvalid(HttpResponse<String> answer, String field) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(400);
    assertThat(JsonBodies.text(answer.body(), "/error/status")).isEqualTo("INVALID_ARGUMENT");
    assertThat(JsonBodies.text(answer.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo(field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent_id", "agentId"})
  void query_namesPathVariable_refusedNotObeyed(String name) {
    UUID other = server.agent("other");
    String key = server.agentKey(agentId, "agent:manage");
    HttpResponse<String> answer =
        server.send("GET", "/v1/agents/" + agentId + "/sessions?" + name + "=" + other, key, null);
    isInvalid(answer, name);
    assertThat(
            server
                .send("GET", "/api/v1/agents/" + agentId + "/sessions?id=" + other, key, null)
                .statusCode())
        .isEqualTo(422);
  }

  @Test
  void body_contradictsTheIdInThePath_400NamesIt() {
    UUID other = server.agent("other");
    isInvalid(appendFor(other), "agentId");
    assertThat(appendFor(agentId).statusCode()).isEqualTo(200);
    isInvalid(send("POST", "/sessions", "{\"agentId\":\"" + other + "\"}"), "agentId");
  }

  private HttpResponse<String> appendFor(UUID inBody) {
    return send(
        "POST",
        "/messages:append",
        """
        {"agentId":"%s","key":"k","createIfMissing":true,
         "messages":[{"role":"USER","content":"x"}]}"""
            .formatted(inBody));
  }

  @ParameterizedTest
  @CsvSource({
    "pagesize=5, pagesize",
    "pageSize=x, pageSize",
    "page_size=, page_size",
    "pageSize=1&pageSize=2, pageSize",
    "pageSize=99999999999, pageSize",
    "pageSize=-1, pageSize",
    "pageSize=1&page_size=1, page_size",
    "agent_id.x=1, agent_id.x"
  })
  void query_bad_400NamesIt(String query, String field) {
    isInvalid(send("GET", "/sessions?" + query, null), field);
  }

  @ParameterizedTest
  @CsvSource({"pageSize=1001", "page_size=1", "pageSize=0", "pageSize=1&pageToken="})
  void query_good_inEitherSpelling(String query) {
    assertThat(send("GET", "/sessions?" + query, null).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"x\"", "true", "[]", "{}", "1.5", "9223372036854775808", "1e400"})
  void int64_bad_400(String value) {
    HttpResponse<String> answer =
        send(
            "POST",
            "/messages:append",
            """
            {"key":"k","expectedHeadSequence":%s,"messages":[{"role":"USER","content":"x"}]}"""
                .formatted(value));
    isInvalid(answer, "expectedHeadSequence");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "\"0\"", "0.0", "0e1"})
  void int64_good_inEitherForm(String value) {
    HttpResponse<String> answer =
        send(
            "POST",
            "/messages:append",
            """
            {"key":"k","createIfMissing":true,"expectedHeadSequence":%s,
             "messages":[{"role":"USER","content":"x"}]}"""
                .formatted(value));
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "\"-1\"", "\"+1\"", "\"\u0663\""})
  void expectedHead_belowZeroOrOddlySpelled_400(String value) {
    HttpResponse<String> answer =
        send(
            "POST",
            "/messages:append",
            """
            {"key":"k","expectedHeadSequence":%s,"messages":[{"role":"USER","content":"x"}]}"""
                .formatted(value));
    isInvalid(answer, "expectedHeadSequence");
  }

  /** A content type that looks like gRPC must not disable the checks of REST. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/grpc",
        "application/grpc+json",
        "application/grpc-web+json",
        "application/grpc-evil+json"
      })
  void contentType_grpcOnRestRoute_415AndNothingLeaks(String type) {
    HttpResponse<String> posted =
        server.send(
            request ->
                request
                    .header("Authorization", "Bearer " + server.rootKey())
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString("{\"key\":\"typed\"} trailing")),
            "/v1/agents/" + agentId + "/sessions");
    HttpResponse<String> read =
        server.send(
            request ->
                request
                    .header("Authorization", "Bearer " + server.rootKey())
                    .header("Content-Type", type)
                    .GET(),
            "/v1/agents/" + agentId + "/sessions");
    assertThat(posted.statusCode()).isEqualTo(415);
    assertThat(JsonBodies.text(posted.body(), "/error/details/0/reason"))
        .isEqualTo("UNSUPPORTED_MEDIA_TYPE");
    assertThat(read.body()).isEqualTo("{\"sessions\":[]}");
    assertThat(read.headers().map().keySet()).noneMatch(name -> name.startsWith("grpc"));
  }

  @Test
  void grpcHeaders_onRest_meanNothing() {
    HttpResponse<String> answer =
        server.send(
            request ->
                request
                    .header("Authorization", "Bearer " + server.rootKey())
                    .header("grpc-timeout", "1n")
                    .header("grpc-encoding", "gzip")
                    .GET(),
            "/v1/agents/" + agentId + "/sessions");
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32"})
  void body_inAnotherEncoding_400(String charset) throws UnsupportedEncodingException {
    byte[] body = "{\"key\":\"k\",\"metadata\":{\"a\":1}}".getBytes(charset);
    assertThat(post(body).statusCode()).isEqualTo(400);
  }

  @Test
  void body_withByteOrderMark_isRead() {
    byte[] body = "\ufeff{\"metadata\":{ \"a\":1.0}}".getBytes(StandardCharsets.UTF_8);
    assertThat(post(body).body()).contains("\"metadata\":{ \"a\":1.0}");
  }

  private HttpResponse<String> post(byte[] body) {
    return server.send(
        request ->
            request
                .header("Authorization", "Bearer " + server.rootKey())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body)),
        "/v1/agents/" + agentId + "/sessions");
  }

  @Test
  void field_unknown_400NamesWhereItIs() {
    isInvalid(
        append("k", "{\"role\":\"USER\",\"content\":\"x\",\"text\":\"y\"}"), "messages[0].text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"user", "6", "null", "\"ROLE_UNSPECIFIED\""})
  void enum_unknown_400(String role) {
    String value = role.equals("user") ? "\"user\"" : role;
    isInvalid(append("k", "{\"role\":" + value + ",\"content\":\"x\"}"), "messages[0].role");
  }

  @Test
  void trailingText_400AndNothingWritten() {
    HttpResponse<String> answer =
        send(
            "POST",
            "/messages:append",
            """
            {"key":"k","createIfMissing":true,"messages":[{"role":"USER","content":"x"}]} {}""");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/reason"))
        .isEqualTo("MALFORMED_BODY");
    assertThat(send("GET", "/keys/k", null).statusCode()).isEqualTo(404);
  }

  @Test
  void halfSurrogate_400() {
    isInvalid(append("k", "{\"role\":\"USER\",\"content\":\"\\ud83d\"}"), "messages[0].content");
  }

  /** The server must not change the contents of blocks. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"type\":\"text\",\"n\":1.10,\"b\":12345678901234567890,\"e\":1e5,\"E\":1E+400}]",
        "[ {\"z\":1, \"a\":[ ],\"a\":{ } } ]",
        "[{\"u\":\"\\u00e9\\ud83d\\ude00 é😀\",\"s\":\"\\/\"}]",
        "[]",
        LONG_NUMBER
      })
  void blocks_comeBackAsTheyCame(String blocks) {
    append("k", "{\"role\":\"USER\",\"content\":" + blocks + "}");
    String history =
        server
            .send(
                "POST",
                "/api/v1/agents/" + agentId + "/sessions/history",
                server.rootKey(),
                "{\"sessionKey\":\"k\"}")
            .body();
    assertThat(history).contains("\"content\":" + blocks + ",");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "{}", "[1]", "[[]]", "[\"a\"]", "true", "[null]"})
  void content_neitherTextNorBlocks_400(String content) {
    isInvalid(
        append("k", "{\"role\":\"USER\",\"content\":" + content + "}"), "messages[0].content");
  }

  @Test
  void message_percentAndUnicodeInError_asTheyAre() {
    HttpResponse<String> answer = send("POST", "/sessions", "{\"key\":\"k\",\"100% да\":1}");
    assertThat(JsonBodies.text(answer.body(), "/error/message")).contains("100% да");
  }

  @Test
  void headers_nothingOfGrpcLeaks() {
    for (HttpResponse<String> answer :
        new HttpResponse[] {
          send("GET", "/sessions", null), send("GET", "/keys/none", null),
        }) {
      Set<String> names =
          answer.headers().map().keySet().stream()
              .filter(name -> name.startsWith("grpc") || name.equals("server"))
              .collect(Collectors.toSet());
      assertThat(names).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b",
        "a%b",
        "user:alice:x",
        "x:archive",
        "a b",
        "a;b=c",
        "a+b",
        "ключ",
        "🙂",
        "a?b#c",
        "a\"b"
      })
  void key_anyCharacters_foundByPath(String key) {
    append(key, "{\"role\":\"USER\",\"content\":\"x\"}");
    StringBuilder encoded = new StringBuilder();
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      encoded.append("%%%02X".formatted(b & 0xff));
    }
    HttpResponse<String> answer = send("GET", "/keys/" + encoded, null);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    assertThat(JsonBodies.text(answer.body(), "/key")).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "user:alice:x", "x:archive", "a;b=c", "a@b.c"})
  void key_rawInPath_found(String key) {
    append(key, "{\"role\":\"USER\",\"content\":\"x\"}");
    assertThat(JsonBodies.text(send("GET", "/keys/" + key, null).body(), "/key")).isEqualTo(key);
  }

  @Test
  void contentType_missing_takenForJson() {
    HttpResponse<String> answer =
        server.send(
            request ->
                request
                    .header("Authorization", "Bearer " + server.rootKey())
                    .POST(BodyPublishers.ofString("{\"key\":\"bare\"}")),
            "/v1/agents/" + agentId + "/sessions");
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void defaults_written_absentLeftOut() {
    JsonNode session = JsonBodies.tree(send("POST", "/sessions", "{\"key\":\"k\"}").body());
    assertThat(session.get("messageCount").asText()).isEqualTo("0");
    assertThat(session.get("metadata").toString()).isEqualTo("{}");
    assertThat(session.has("label")).isFalse();
    assertThat(session.has("archiveTime")).isFalse();
    JsonNode page = JsonBodies.tree(send("GET", "/archives", null).body());
    assertThat(page.toString()).isEqualTo("{\"archives\":[]}");
  }
}
