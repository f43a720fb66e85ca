package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server says of its calls, and how it takes leave. */
class ObservedServerIT {
  @TempDir private Path work;

  @Test
  void jsonLog_calls_areEachALineWithoutSecrets() throws Exception {
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
      List<JsonNode> lines = server.err().lines().map(JsonBodies::tree).toList();
      assertThat(server.err()).doesNotContain("swordfish", "page-token", server.rootKey());
      assertThat(values(line(lines, made)))
          .contains("\"caller\":\"root\"", "\"method\":\"POST\"", "\"transport\":\"rest\"")
          .contains("\"path\":\"/v1/agents/" + agent + "/messages:append\"");
      assertThat(values(line(lines, "order-7")))
          .contains("\"rpc\":\"parley.v1.AgentService/GetAgent\"", "\"outcome\":\"OK\"");
      assertThat(lines).anyMatch(line -> line.path("formattedMessage").asText().equals("Stopped."));
    }
  }

  /** Balancers are told first; calls are answered meanwhile. */
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

  private static JsonNode line(List<JsonNode> lines, String request) {
    return lines.stream()
        .filter(line -> values(line).contains("\"request\":\"" + request + "\""))
        .findFirst()
        .orElseThrow(() -> new AssertionError(request + " in " + lines));
  }

  private static String values(JsonNode line) {
    return line.path("kvpList").toString();
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
