package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.config.Setting;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Waiting;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ListMessages} with {@code wait}. */
@Timeout(120)
class LongPollWireTest {
  @TempDir Path folder;
  private ServerFixture server;
  private UUID agentId;
  private String session;

  @BeforeEach
  void start() {
    server = ServerFixture.in(folder).flag(Setting.WATCHES_PER_CALLER_MAX, "2").start();
    agentId = server.agent("acme");
    session = ok(send("POST", "/sessions", "{\"key\":\"k\"}")).at("/sessionId").asText();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> send(String method, String path, String body) {
    return server.send(method, "/v1/agents/" + agentId + path, server.rootKey(), body);
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private HttpResponse<String> list(String query) {
    return send("GET", "/sessions/" + session + "/messages?order=OLDEST_FIRST&" + query, null);
  }

  private void append(String role, String content) {
    ok(
        send(
            "POST",
            "/messages:append",
            "{\"key\":\"k\",\"messages\":[{\"role\":\"%s\",\"content\":\"%s\"}]}"
                .formatted(role, content)));
  }

  private static List<String> contents(JsonNode page) {
    return page.at("/messages").findValuesAsText("content");
  }

  /** Starts a list with {@code wait}, and returns when the server is waiting. */
  private CompletableFuture<JsonNode> waiting(String query) {
    int before = watches();
    CompletableFuture<JsonNode> page = CompletableFuture.supplyAsync(() -> ok(list(query)));
    Waiting.until(() -> watches() > before || page.isDone(), () -> "a list that waits");
    return page;
  }

  private int watches() {
    return server
        .send("GET", "/metrics", null, null)
        .body()
        .lines()
        .filter(line -> line.startsWith("parley_watches "))
        .mapToInt(line -> (int) Double.parseDouble(line.split(" ")[1]))
        .sum();
  }

  @Test
  void wait_atTheEnd_answersTheNextMessage_andItsTokenContinues() {
    append("USER", "one");
    JsonNode first = ok(list("wait=0s"));
    assertThat(contents(first)).containsExactly("one");

    CompletableFuture<JsonNode> second =
        waiting("wait=30s&pageToken=" + first.at("/nextPageToken").asText());
    append("USER", "two");
    assertThat(contents(second.join())).containsExactly("two");

    CompletableFuture<JsonNode> third =
        waiting("wait=30s&pageToken=" + second.join().at("/nextPageToken").asText());
    append("USER", "three");
    assertThat(contents(third.join())).containsExactly("three");
    assertThat(watches()).isZero();
  }

  @Test
  void wait_onAnEmptySession_answersTheFirstMessage() {
    CompletableFuture<JsonNode> page = waiting("wait=30s");
    append("USER", "one");

    assertThat(contents(page.join())).containsExactly("one");
  }

  @Test
  void wait_withAStartAfterTheEnd_answersFromThere() {
    append("USER", "one");
    CompletableFuture<JsonNode> page = waiting("wait=30s&startSequence=3");
    append("USER", "two");
    append("USER", "three");

    assertThat(contents(page.join())).containsExactly("three");
  }

  @Test
  void wait_forOneRole_skipsOthers() {
    append("USER", "one");
    CompletableFuture<JsonNode> page = waiting("wait=30s&roles=TOOL");
    append("USER", "two");
    append("TOOL", "three");

    assertThat(contents(page.join())).containsExactly("three");
  }

  @Test
  void wait_withMessages_answersAtOnce() {
    append("USER", "one");

    JsonNode page = ok(list("wait=30s"));

    assertThat(contents(page)).containsExactly("one");
    assertThat(page.at("/nextPageToken").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"wait=0s", "wait=0.05s"})
  void wait_thatIsOver_answersAnEmptyPageWithTheSameToken(String wait) {
    append("USER", "one");
    String token = ok(list("wait=0s")).at("/nextPageToken").asText();

    JsonNode page = ok(list(wait + "&pageToken=" + token));

    assertThat(contents(page)).isEmpty();
    assertThat(page.at("/nextPageToken").asText()).isEqualTo(token);
  }

  @Test
  void noWait_hasNoTokenAtTheEnd() {
    append("USER", "one");

    assertThat(ok(list("pageSize=5")).has("nextPageToken")).isFalse();
  }

  @Test
  void wait_ofADeletedSession_failsWithNotFound() {
    CompletableFuture<HttpResponse<String>> page =
        CompletableFuture.supplyAsync(() -> list("wait=30s"));
    Waiting.until(() -> watches() == 1, () -> "a list that waits");
    assertThat(send("DELETE", "/sessions/" + session, null).statusCode()).isEqualTo(200);

    assertThat(page.join().statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({"30.000000001s", "31s", "-1s", "x"})
  void wait_outOfBounds_isRefused(String wait) {
    HttpResponse<String> answer = list("wait=" + wait);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("wait");
  }

  @Test
  void wait_newestFirst_isRefused() {
    HttpResponse<String> answer = send("GET", "/sessions/" + session + "/messages?wait=1s", null);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("OLDEST_FIRST");
  }

  @Test
  void wait_overTheLimitOfTheCaller_isRefused_andTheOthersGoOn() {
    CompletableFuture<JsonNode> first = waiting("wait=30s");
    CompletableFuture<JsonNode> second = waiting("wait=30s");

    HttpResponse<String> third = list("wait=30s");
    assertThat(third.statusCode()).isEqualTo(429);
    assertThat(ok(list("wait=0s")).at("/messages")).isEmpty();

    append("USER", "one");
    assertThat(contents(first.join())).containsExactly("one");
    assertThat(contents(second.join())).containsExactly("one");
  }

  @Test
  void stop_endsTheWait() {
    CompletableFuture<JsonNode> page = waiting("wait=30s");

    server.stop();

    assertThat(contents(page.join())).isEmpty();
  }
}
