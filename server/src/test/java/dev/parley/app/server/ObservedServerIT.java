package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log of a server, and its shutdown. */
class ObservedServerIT {
  @TempDir private Path work;

  @Test
  void jsonLog_linesAreFlat_callsWithoutSecrets() throws Exception {
    try (ServerProcess server =
        ServerProcess.start(work, "--log-format", "json", "--access-log", "on")) {
      UUID agent = server.agent();
      HttpResponse<String> answer =
          send(
              server,
              "/v1/agents/" + agent + "/messages:append?alt=page-token",
              "order 7:é",
              """
              {"key": "k", "createIfMissing": true,
               "messages": [{"role": "USER", "content": "swordfish"}]}
              """);
      String made = answer.headers().firstValue("x-request-id").orElseThrow();
      HttpResponse<String> named = send(server, "/v1/agents/" + agent, "order-7", null);
      assertThat(named.headers().firstValue("x-request-id")).hasValue("order-7");
      assertThat(made).matches("[0-9a-f]{12}");

      server.terminate();
      assertThat(server.awaitExit()).isZero();
      List<JsonNode> lines = new ArrayList<>(server.err().lines().map(JsonBodies::tree).toList());
      assertThat(server.err()).doesNotContain("swordfish", "page-token", server.rootKey());
      JsonNode append = line(lines, made);
      assertThat(append.path("message").asText()).isEqualTo("call");
      assertThat(append.path("caller").asText()).isEqualTo("root");
      assertThat(append.path("method").asText()).isEqualTo("POST");
      assertThat(append.path("transport").asText()).isEqualTo("rest");
      assertThat(append.path("path").asText())
          .isEqualTo("/v1/agents/" + agent + "/messages:append");
      assertThat(append.path("status").isIntegralNumber()).isTrue();
      assertThat(append.path("status").asInt()).isEqualTo(400);
      assertThat(append.path("millis").isIntegralNumber()).isTrue();
      assertThat(append.path("bytes_in").asInt()).isPositive();
      JsonNode get = line(lines, "order-7");
      assertThat(get.path("rpc").asText()).isEqualTo("parley.v1.AgentService/GetAgent");
      assertThat(get.path("outcome").asText()).isEqualTo("OK");
      assertThat(lines).anyMatch(line -> line.path("message").asText().equals("Stopped."));

      JsonNode start = JsonBodies.tree(server.out());
      assertThat(server.out()).hasLineCount(1);
      assertThat(start.path("message").asText()).isEqualTo("Parley listens on " + server.url());
      assertThat(start.path("url").asText()).isEqualTo(server.url());
      assertThat(start.path("data").asText()).isEqualTo("data");
      assertThat(start.path("root_key").asText()).isEqualTo(Path.of("data", "root.key").toString());
      assertThat(start.path("console").asText()).isEqualTo(server.url() + "/console/");
      assertThat(start.path("reference").asText()).isEqualTo(server.url() + "/openapi/");
      assertThat(start.path("version").asText()).isNotEmpty();

      lines.add(start);
      assertThat(lines).allSatisfy(ObservedServerIT::requireFlat);
    }
  }

  /** Load balancers see the shutdown first. Calls are still answered meanwhile. */
  @Test
  void terminate_drainSecondsSet_answersUntilTheyAreOver() {
    try (ServerProcess server = ServerProcess.start(work, "--drain-seconds", "3")) {
      assertThat(server.get("/readyz").statusCode()).isEqualTo(200);

      server.terminate();
      Waiting.until(
          () -> server.get("/readyz").statusCode() == 503, () -> "a server that is not ready");

      assertThat(server.get("/readyz").body()).isEqualTo("{\"status\":\"STOPPING\"}");
      assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(server.agent()).isNotNull();
      assertThat(server.awaitExit()).isZero();
    }
  }

  @Test
  void jsonLog_serverDoesNotStart_reasonIsALineOfTheLog() throws Exception {
    Files.writeString(work.resolve("file"), "not a folder");
    try (ParleyProcess server =
        ParleyProcess.start(
            work, Map.of(), "--port", "0", "--data", "file", "--log-format", "json")) {
      assertThat(server.awaitExit()).isEqualTo(2);

      JsonNode line = JsonBodies.tree(server.err());
      assertThat(server.err()).hasLineCount(1);
      requireFlat(line);
      assertThat(line.path("level").asText()).isEqualTo("ERROR");
      assertThat(line.path("message").asText()).contains("file");
    }
  }

  private static JsonNode line(List<JsonNode> lines, String request) {
    return lines.stream()
        .filter(line -> line.path("request").asText().equals(request))
        .findFirst()
        .orElseThrow(() -> new AssertionError(request + " in " + lines));
  }

  private static void requireFlat(JsonNode line) {
    assertThat(line).allMatch(JsonNode::isValueNode);
    assertThat(line.path("time").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(line.fieldNames())
        .toIterable()
        .contains("level", "logger", "thread", "message")
        .doesNotHaveDuplicates();
  }

  private static HttpResponse<String> send(
      ServerProcess server, String path, String requestId, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("Authorization", "Bearer " + server.rootKey())
            .header("x-request-id", requestId);
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }
}
