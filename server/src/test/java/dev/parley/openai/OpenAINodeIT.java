package dev.parley.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients that OpenAI publishes for JavaScript work with the server unchanged. */
class OpenAINodeIT {
  private static ServerFixture server;
  private static UUID agentId;
  private static String key;
  private static Map<String, String> environment;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.start(folder);
    agentId = server.agent("acme");
    key =
        server.key(
            "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"scopes\":[\"chat\",\"agent:manage\"]}"
                .formatted(agentId));
    environment =
        Map.of(
            "PARLEY_URL",
            "http://127.0.0.1:" + server.port(),
            "PARLEY_KEY",
            key,
            "PARLEY_READER_KEY",
            server.agentKey(agentId, "agent:read"));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static String post(String path, String body) {
    var answer = server.send("POST", path, key, body);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String sessionId(String conversation) {
    return conversation
        .substring("conv_".length())
        .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  @Test
  void conversationsAndItems_everyCall() {
    String archived = JsonBodies.text(post("/v1/conversations", "{}"), "/id");
    post("/v1/agents/" + agentId + "/sessions/" + sessionId(archived) + ":archive", "{}");

    Node.run(environment, "conversations.mjs", archived);
  }

  @Test
  void agentsSdk_session() {
    Node.run(environment, "session.mjs");
  }

  @Test
  void conversation_continuedOverGrpc_isReadBack() {
    String conversation = Node.run(environment, "continued.mjs");
    Appends.append(
        server.channel(key), agentId, sessionId(conversation), Appends.TURN_OF_A_RUNTIME);

    Node.run(environment, "continued.mjs", conversation);
  }
}
