package dev.parley.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpRequestWriter;
import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.api.rest.lines.AppendLines;
import dev.parley.config.Setting;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /v1/messages:batchAppend} with one append per line. */
@Timeout(120)
class AppendLinesWireTest {
  private static final String PATH = AppendLines.PATH;
  private static final String TYPE = "application/x-ndjson";
  private static final int LINE_BYTES_MAX = 2_048;

  private static ServerFixture server;
  private String agent;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .flag(Setting.REQUEST_BYTES_MAX, String.valueOf(LINE_BYTES_MAX))
            .flag(Setting.CONTENT_BYTES_MAX, String.valueOf(LINE_BYTES_MAX))
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void createAgent() {
    agent = server.agent("acme").toString();
  }

  private String line(String key, String id, String more) {
    return """
        {"agentId":"%s","key":"%s","createIfMissing":true%s,\
        "messages":[{"messageId":"%s","role":"USER","content":"text %s"}]}"""
        .formatted(agent, key, more, id, id);
  }

  private String line(String key, String id) {
    return line(key, id, "");
  }

  private static HttpResponse<String> post(String secret, String body, String... headers) {
    return server.send(
        request -> {
          request.header("Authorization", "Bearer " + secret).header("Content-Type", TYPE);
          for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
          }
          return request.POST(BodyPublishers.ofString(body));
        },
        PATH);
  }

  private static List<JsonNode> results(String body) {
    return body.lines().map(JsonBodies::tree).toList();
  }

  private static String reason(JsonNode result) {
    return result.at("/error/details/0/reason").asText();
  }

  private static int bytesInFlight(ServerFixture server) {
    return WatchTimeoutsTest.gauge(server, "parley_bytes_in_flight_bytes");
  }

  @Test
  void lines_answeredInOrder_blankLinesSkipped() {
    HttpResponse<String> answer =
        post(
            server.rootKey(),
            line("a", "1") + "\r\n\n \t\n" + line("b", "2") + "\n" + line("a", "3"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue(TYPE);
    List<JsonNode> results = results(answer.body());
    assertThat(results)
        .extracting(each -> each.at("/appended/session/key").asText())
        .containsExactly("a", "b", "a");
    assertThat(results.get(2).at("/appended/messages/0/sequence").asText()).isEqualTo("2");
    assertThat(results.get(2).at("/appended/messages/0/content").asText()).isEqualTo("text 3");
  }

  @Test
  void noLines_noResults() {
    assertThat(post(server.rootKey(), "\n\n"))
        .satisfies(
            answer -> assertThat(answer.statusCode()).isEqualTo(200),
            answer -> assertThat(answer.body()).isEmpty());
  }

  @Test
  void invalidLines_failOnTheirOwn_andNameTheField() {
    List<String> lines =
        List.of(
            line("a", "1"),
            "{not JSON",
            line("a", "2").replace("USER", "BOSS"),
            line("a", "3", ",\"sessionId\":\"" + UUID.randomUUID() + "\"")
                .replace("\"key\":\"a\",", ""),
            line("a", "4").replace(agent, UUID.randomUUID().toString()),
            "[]",
            line("a", "5"));

    List<JsonNode> results = results(post(server.rootKey(), String.join("\n", lines)).body());

    assertThat(results).hasSize(lines.size());
    assertThat(results.get(0).at("/appended/session/headSequence").asText()).isEqualTo("1");
    assertThat(reason(results.get(1))).isEqualTo("MALFORMED_BODY");
    assertThat(field(results.get(2))).isEqualTo("messages[0].role");
    assertThat(field(results.get(3))).isEqualTo("createIfMissing");
    assertThat(reason(results.get(4))).isEqualTo("AGENT_NOT_FOUND");
    assertThat(reason(results.get(5))).isEqualTo("MALFORMED_BODY");
    assertThat(results.get(6).at("/appended/session/headSequence").asText()).isEqualTo("2");
  }

  private static String field(JsonNode result) {
    return result.at("/error/details/1/fieldViolations/0/field").asText();
  }

  @Test
  void view_isThatOfTheLine() {
    String ids = ",\"responseView\":\"RESPONSE_VIEW_IDS\"";
    List<JsonNode> results =
        results(
            post(
                    server.rootKey(),
                    String.join("\n", line("a", "1", ids), line("a", "2"), line("a", "3", ids)))
                .body());

    assertThat(results)
        .extracting(each -> each.at("/appended/messages/0").has("content"))
        .containsExactly(false, true, false);
    assertThat(results)
        .extracting(each -> each.at("/appended/messages/0/sequence").asText())
        .containsExactly("1", "2", "3");
  }

  @Test
  void manyLines_allStored_noMemoryKept() {
    int count = 3_000;
    String body =
        IntStream.range(0, count)
            .mapToObj(i -> line("k" + i % 3, "m" + i))
            .collect(Collectors.joining("\n"));

    List<JsonNode> results = results(post(server.rootKey(), body).body());

    assertThat(results).hasSize(count).allMatch(each -> each.has("appended"));
    assertThat(results.get(count - 1).at("/appended/session/headSequence").asText())
        .isEqualTo(String.valueOf(count / 3));
    Waiting.until(() -> bytesInFlight(server) == 0, () -> "no bytes in flight");
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  void lineSize_atAndPastItsBound(int excess, boolean stored) {
    String brief = line("a", "2");
    String filled =
        brief.replace("text 2", "x".repeat(LINE_BYTES_MAX + excess - brief.length() + 6));

    List<JsonNode> results =
        results(post(server.rootKey(), line("a", "1") + "\n" + filled + "\n").body());

    assertThat(results.get(0).has("appended")).isTrue();
    assertThat(results.get(1).has("appended")).isEqualTo(stored);
    if (!stored) {
      assertThat(reason(results.get(1))).isEqualTo("REQUEST_TOO_LARGE");
    }
  }

  @Test
  void invalidLines_ofOneBatch_areAllNamed() {
    String invalid =
        line("a", "2", ",\"sessionId\":\"" + UUID.randomUUID() + "\"")
            .replace("\"key\":\"a\",", "");

    List<JsonNode> results =
        results(post(server.rootKey(), String.join("\n", invalid, line("a", "1"), invalid)).body());

    assertThat(results)
        .extracting(AppendLinesWireTest::field)
        .containsExactly("createIfMissing", "", "createIfMissing");
    assertThat(results.get(1).has("appended")).isTrue();
  }

  @Test
  void clientThatSendsOn_afterALineThatIsTooLong_readsTheReason() {
    String body = "x".repeat(LINE_BYTES_MAX + 1) + "\n" + (line("a", "1") + "\n").repeat(8);

    List<JsonNode> results = results(post(server.rootKey(), body).body());

    assertThat(results)
        .singleElement()
        .satisfies(each -> assertThat(reason(each)).isEqualTo("REQUEST_TOO_LARGE"));
  }

  @Test
  void longBody_withoutACredential_isRefused() {
    HttpResponse<String> answer =
        server.send(
            request ->
                request
                    .header("Content-Type", TYPE)
                    .POST(BodyPublishers.ofString((line("a", "1") + "\n").repeat(10))),
            PATH);

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @Test
  void blankLines_doNotKeepARequestOpen(@TempDir Path folder) throws IOException {
    try (ServerFixture brief = impatient(folder);
        Exchange exchange = new Exchange(brief)) {
      CompletableFuture<JsonNode> answer = CompletableFuture.supplyAsync(exchange::read);
      Waiting.until(
          () -> {
            exchange.send("\n");
            return answer.isDone();
          },
          () -> "an answer");
      assertThat(reason(answer.join())).isEqualTo("DEADLINE_EXCEEDED");
    }
  }

  @Test
  void gzip_refused() {
    HttpResponse<String> answer =
        post(server.rootKey(), line("a", "1"), "Content-Encoding", "gzip");

    assertThat(answer.statusCode()).isEqualTo(415);
  }

  @Test
  void keyWithoutScope_refusedBeforeTheFirstLine() {
    String key = server.agentKey(UUID.fromString(agent), "agent:manage");

    assertThat(post(key, line("a", "1")).statusCode()).isEqualTo(403);
    assertThat(post("g_root_unknown", line("a", "1")).statusCode()).isEqualTo(401);
  }

  @Test
  void otherRoutes_takeNoLines() {
    HttpResponse<String> answer =
        server.send(
            request ->
                request
                    .header("Authorization", "Bearer " + server.rootKey())
                    .header("Content-Type", TYPE)
                    .POST(BodyPublishers.ofString(line("a", "1"))),
            "/v1/agents/" + agent + "/messages:append");

    assertThat(answer.statusCode()).isEqualTo(415);
  }

  @Test
  void resultOfALine_comesBeforeTheNextLineIsSent_untilTheKeyIsRevoked() throws IOException {
    String created =
        server
            .send(
                "POST",
                "/v1/keys",
                server.rootKey(),
                "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"scopes\":[\"chat\"]}".formatted(agent))
            .body();
    try (Exchange exchange = new Exchange(JsonBodies.text(created, "/secret"))) {
      for (int i = 1; i <= 3; i++) {
        exchange.send(line("a", "m" + i) + "\n");
        assertThat(exchange.read().at("/appended/session/headSequence").asText())
            .isEqualTo(String.valueOf(i));
      }
      String keyId = JsonBodies.text(created, "/keyId");
      assertThat(server.send("DELETE", "/v1/keys/" + keyId, server.rootKey(), null).statusCode())
          .isEqualTo(200);
      exchange.send(line("a", "m4") + "\n");
      assertThat(reason(exchange.read())).isEqualTo("CREDENTIAL_INVALID");
    }
  }

  @Test
  void serverThatStops_endsTheAnswer(@TempDir Path folder) throws IOException {
    try (ServerFixture other = ServerFixture.in(folder).start();
        Exchange exchange = new Exchange(other)) {
      String agentId = other.agent("acme").toString();
      exchange.send(line("a", "1").replace(agent, agentId) + "\n");
      assertThat(exchange.read().has("appended")).isTrue();

      CompletableFuture<Void> stopped = CompletableFuture.runAsync(other::stop);
      CompletableFuture<JsonNode> last =
          CompletableFuture.supplyAsync(
              () -> {
                JsonNode result = exchange.read();
                while (result.has("appended")) {
                  result = exchange.read();
                }
                return result;
              });
      Waiting.until(
          () -> {
            exchange.send(line("a", "2").replace(agent, agentId) + "\n");
            return last.isDone();
          },
          () -> "an answer");

      assertThat(reason(last.join())).isEqualTo("UNAVAILABLE");
      stopped.join();
    }
  }

  @Test
  void clientThatSendsNothing_isToldAndLeft(@TempDir Path folder) throws IOException {
    try (ServerFixture brief = impatient(folder)) {
      String agentId = brief.agent("acme").toString();
      try (Exchange exchange = new Exchange(brief)) {
        exchange.send((line("a", "1") + "\n" + line("a", "2")).replace(agent, agentId));
        JsonNode last = exchange.read();
        // On a slow machine, the first line can be late as well.
        if (last.has("appended")) {
          last = exchange.read();
        }
        assertThat(reason(last)).isEqualTo("DEADLINE_EXCEEDED");
        assertThat(exchange.reader.readLine()).isNull();
      }
      Waiting.until(() -> bytesInFlight(brief) == 0, () -> "no bytes in flight");
    }
  }

  private static ServerFixture impatient(Path folder) {
    return ServerFixture.in(folder).flag(Setting.WRITE_TIMEOUT_SECONDS, "1").start();
  }

  @Test
  void clientThatLeaves_keepsNoMemory() throws IOException {
    try (Exchange exchange = new Exchange(server.rootKey())) {
      exchange.send(line("a", "1") + "\n" + line("a", "2"));
      assertThat(exchange.read().has("appended")).isTrue();
    }
    Waiting.until(() -> bytesInFlight(server) == 0, () -> "no bytes in flight");
  }

  /** A request that sends its lines one by one. */
  private static final class Exchange implements AutoCloseable {
    private final HttpRequestWriter request;
    private final BufferedReader reader;

    Exchange(String secret) {
      this(server, secret);
    }

    Exchange(ServerFixture server) {
      this(server, server.rootKey());
    }

    private Exchange(ServerFixture server, String secret) {
      request =
          HttpRequest.streaming(
              RequestHeaders.builder(HttpMethod.POST, PATH)
                  .add("authorization", "Bearer " + secret)
                  .add("content-type", TYPE)
                  .build());
      InputStream body =
          WebClient.builder("h2c://127.0.0.1:" + server.port())
              .responseTimeoutMillis(0)
              .build()
              .execute(request)
              .split()
              .body()
              .toInputStream(data -> data);
      reader = new BufferedReader(new InputStreamReader(body, UTF_8));
    }

    void send(String text) {
      var unused = request.tryWrite(HttpData.ofUtf8(text));
    }

    JsonNode read() {
      try {
        return JsonBodies.tree(Objects.requireNonNull(reader.readLine(), "the answer ended"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      request.abort();
      reader.close();
    }
  }
}
