package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.config.Setting;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.RawHttp;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Unusual and invalid requests of HTTP. None of them makes the server write a log line. */
class HttpMannersTest {
  private static ServerFixture server;
  private static UUID agentId;

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .flag(Setting.RATE_LIMIT, "off")
            .flag(Setting.FAILED_LOGINS_PER_MINUTE_MAX, "0")
            .start();
    agentId = server.agent("acme");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void watchLog() {
    log.start();
    root.addAppender(log);
  }

  @AfterEach
  void nothingIsLogged() {
    root.detachAppender(log);
    assertThat(log.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
        .filteredOn(
            event -> event.getLoggerName().matches("(com.linecorp|io.netty|dev.parley.api).*"))
        .isEmpty();
  }

  private static String authorization() {
    return "Authorization: Bearer " + server.rootKey();
  }

  private static RawHttp get(String target) {
    return RawHttp.send(server.port(), "GET", target, authorization());
  }

  /** Each API reports invalid paths in its own format. */
  @ParameterizedTest
  @CsvSource({
    "/v1/agents/, /error/details/0/reason",
    "/api/v1/sessions/, /detail",
    "/api/v1/agents/, /message",
    "/api/sessions/, /error",
    "/api/v2/aipAgents/agents/, /errorCode"
  })
  void path_invalid_400InTheWordsOfItsApi(String prefix, String member) {
    for (String rest : new String[] {"..", "a/../b", "%2e%2E", "%00", "%FF", "%zz", "a%0Ab"}) {
      for (String query : new String[] {"", "?preview=true"}) {
        RawHttp answer = get(prefix + rest + query);
        assertThat(answer.status()).describedAs(prefix + rest + answer.body()).isEqualTo(400);
        assertThat(JsonBodies.text(answer.body(), member)).isNotBlank();
        assertThat(answer.head()).contains("\r\ncache-control: no-store", "\r\nx-request-id: ");
      }
    }
    RawHttp overlong = get(prefix + "x".repeat(20_000));
    assertThat(overlong.status()).isEqualTo(414);
    assertThat(JsonBodies.text(overlong.body(), member)).isNotBlank();
  }

  /** The limit is 8,192 bytes. */
  @Test
  void target_atTheLimitAndBeyond() {
    String prefix = "/v1/agents?filler=";
    assertThat(get(prefix + "x".repeat(8192 - prefix.length())).status()).isEqualTo(400);
    assertThat(get(prefix + "x".repeat(8193 - prefix.length())).status()).isEqualTo(414);
  }

  @Test
  void query_withDots_isAccepted() {
    RawHttp answer = get("/v1/agents/" + agentId + "/sessions:lookup?key=../x");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("SESSION_NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%FF", "%C3", "%ED%A0%80"})
  void query_notUtf8_400(String value) {
    RawHttp answer = get("/v1/agents/" + agentId + "/sessions:lookup?key=" + value);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("UTF-8");
  }

  /** Keys that cannot be part of a path are read and deleted with the query. */
  @ParameterizedTest
  @CsvSource({"..,..", "../x,../x", "a/../b,a/../b", "a b,a%20b", "a&b,a%26b", "a+b,a%2Bb"})
  void key_anyCharacters_lookedUpByQuery(String key, String encoded) {
    String quoted = JsonBodies.quote(key);
    String sessions = "/v1/agents/" + agentId + "/sessions";
    assertThat(
            server
                .send("POST", sessions, server.rootKey(), "{\"key\":" + quoted + "}")
                .statusCode())
        .isEqualTo(200);
    String gripKey = "Authorization: Bearer " + server.agentKey(agentId, "agent:manage");
    String grip = "/api/v1/sessions:lookup?key=" + encoded;

    RawHttp found = get(sessions + ":lookup?key=" + encoded);
    RawHttp foundByGrip = RawHttp.send(server.port(), "GET", grip, gripKey);
    RawHttp deleted = RawHttp.send(server.port(), "DELETE", grip, gripKey);

    assertThat(JsonBodies.text(found.body(), "/key")).isEqualTo(key);
    assertThat(foundByGrip.status()).isEqualTo(200);
    assertThat(JsonBodies.text(foundByGrip.body(), "/key")).isEqualTo(key);
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(get(sessions + ":lookup?key=" + encoded).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Expect: 100-continue\r\nContent-Length: 1\r\n"})
  void method_unknown_405(String headers) {
    RawHttp answer =
        RawHttp.send(server.port(), "BREW /v1/agents HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.body()).contains("METHOD_NOT_ALLOWED");
  }

  @Test
  void method_unknownOnPathThatIsNotUtf8_isNoFault() {
    RawHttp answer = RawHttp.send(server.port(), "BREW /%ff HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(answer.status()).isBetween(400, 405);
  }

  @Test
  void head_isGetWithoutBody() {
    String target = "/v1/agents/" + agentId;
    RawHttp head = RawHttp.send(server.port(), "HEAD", target, authorization());
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.head()).contains("\r\ncontent-type: application/json");
    assertThat(RawHttp.send(server.port(), "HEAD", target).status()).isEqualTo(401);
    assertThat(RawHttp.send(server.port(), "HEAD", "/v1/none", authorization()).status())
        .isEqualTo(404);
  }

  @Test
  void target_inAbsoluteForm_isServed() {
    assertThat(get("http://parley.example/v1/agents/" + agentId).status()).isEqualTo(200);
    assertThat(get("http://parley.example/healthz").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Host: x\r\nHost: y\r\n"})
  void host_missingOrTwice_400(String hosts) {
    RawHttp answer =
        RawHttp.send(
            server.port(),
            "GET /api/v1/agents/x/sessions HTTP/1.1\r\n" + hosts + authorization() + "\r\n\r\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(JsonBodies.text(answer.body(), "/message")).contains("Host");
  }

  /** Before and after the server has accepted the call. */
  @ParameterizedTest
  @CsvSource({
    "/v1/agents, zz, true",
    "/v1/agents, zz, false",
    "/v1/agents, -1, true",
    "/parley.v1.AgentService/CreateAgent, zz, true",
    "/healthz, zz, true"
  })
  void chunkSize_invalid_400(String target, String size, boolean known) {
    RawHttp answer =
        RawHttp.send(
            server.port(),
            "POST "
                + target
                + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + (known ? authorization() + "\r\n" : "")
                + "Transfer-Encoding: chunked\r\n\r\n"
                + size
                + "\r\n{}\r\n");
    assertThat(answer.status()).isIn(400, 401, 405);
  }

  @Test
  void foundry_callersErrors_areNotLogged() {
    assertThat(get("/api/v2/aipAgents/agents/allSessions").status()).isEqualTo(400);
    assertThat(get("/api/v2/aipAgents/agents/none/sessions/none?preview=true").status())
        .isEqualTo(404);
    assertThat(
            RawHttp.send(server.port(), "GET", "/api/v2/aipAgents/agents/allSessions?preview=true")
                .status())
        .isEqualTo(401);
  }

  @Test
  void answer_ofMoreThanAKibibyte_compressedForThoseWhoAsk() {
    String sessions = "/v1/agents/" + agentId + "/sessions";
    server.send(
        "POST", sessions, server.rootKey(), "{\"metadata\":{\"a\":\"" + "x".repeat(4000) + "\"}}");
    HttpResponse<String> plain = send(sessions, "identity");
    HttpResponse<String> compressed = send(sessions, "deflate, br, gzip");
    HttpResponse<String> small = send("/v1/agents/" + agentId, "gzip");

    assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
    assertThat(compressed.headers().firstValue("content-encoding")).hasValue("gzip");
    assertThat(compressed.body().length()).isLessThan(1024);
    assertThat(small.headers().firstValue("content-encoding")).isEmpty();
  }

  private static HttpResponse<String> send(String path, String encoding) {
    return server.send(
        request ->
            request
                .header("Authorization", "Bearer " + server.rootKey())
                .header("Accept-Encoding", encoding),
        path);
  }

  /** Enums as numbers, and a field that null clears. */
  @Test
  void json_enumNumberAndNull() {
    String sessions = "/v1/agents/" + agentId + "/sessions";
    HttpResponse<String> made =
        server.send("POST", sessions, server.rootKey(), "{\"label\":\"a\"}");
    String session = sessions + "/" + JsonBodies.text(made.body(), "/sessionId");
    assertThat(JsonBodies.text(made.body(), "/label")).isEqualTo("a");

    HttpResponse<String> cleared =
        server.send("PATCH", session, server.rootKey(), "{\"label\":null}");
    HttpResponse<String> listed =
        server.send("GET", session + "/messages?order=2", server.rootKey(), null);
    HttpResponse<String> appended =
        server.send(
            "POST",
            "/v1/agents/" + agentId + "/messages:append",
            server.rootKey(),
            """
            {"key":"n","createIfMissing":true,"messages":[{"role":1,"content":"x"}]}""");

    assertThat(cleared.statusCode()).describedAs(cleared.body()).isEqualTo(200);
    assertThat(JsonBodies.tree(cleared.body()).has("label")).isFalse();
    assertThat(listed.statusCode()).describedAs(listed.body()).isEqualTo(200);
    assertThat(appended.statusCode()).describedAs(appended.body()).isEqualTo(200);
    assertThat(JsonBodies.text(appended.body(), "/messages/0/role")).isEqualTo("USER");
  }
}
