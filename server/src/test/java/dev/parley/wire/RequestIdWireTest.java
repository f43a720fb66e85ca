package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls with a request id can be repeated over REST, also at the same time. */
class RequestIdWireTest {
  private static final int CALLS = 8;

  private static ServerFixture server;

  private final UUID requestId = UUID.randomUUID();
  private final UUID agentId = server.agent("owner-" + UUID.randomUUID());

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String post(String path, String body) {
    HttpResponse<String> answer = server.send("POST", path, server.rootKey(), body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static List<String> atOnce(String path, String body) {
    List<CompletableFuture<String>> calls =
        IntStream.range(0, CALLS)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> post(path, body)))
            .toList();
    return calls.stream().map(CompletableFuture::join).toList();
  }

  private String sessions() {
    return "/v1/agents/" + agentId + "/sessions?requestId=" + requestId;
  }

  @Test
  void createSession_atTheSameTime_createsOne() {
    for (String body : List.of("{}", "{\"key\":\"chosen\"}")) {
      UUID id = UUID.randomUUID();

      assertThat(atOnce("/v1/agents/" + agentId + "/sessions?requestId=" + id, body))
          .containsOnly(post("/v1/agents/" + agentId + "/sessions?requestId=" + id, body));
    }
  }

  @Test
  void createSession_otherBody_isAConflict() {
    post(sessions(), "{\"label\":\"one\"}");

    HttpResponse<String> answer =
        server.send("POST", sessions(), server.rootKey(), "{\"label\":\"two\"}");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("REQUEST_ID_REUSED", requestId.toString());
  }

  @Test
  void createSession_notAUuid_namesTheField() {
    HttpResponse<String> answer =
        server.send(
            "POST", "/v1/agents/" + agentId + "/sessions?requestId=again", server.rootKey(), "{}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"requestId\"");
  }

  @Test
  void createKey_atTheSameTime_oneHasTheSecret() {
    String body =
        """
        {"type":"AGENT","agentId":"%s","scopes":["chat"],"requestId":"%s"}"""
            .formatted(agentId, requestId);

    List<String> keys = atOnce("/v1/keys", body);

    assertThat(keys).extracting(key -> JsonBodies.text(key, "/keyId")).containsOnly(keyId(keys));
    assertThat(keys)
        .filteredOn(key -> JsonBodies.text(key, "/secret").startsWith("g_agent_"))
        .hasSize(1);
    assertThat(keys)
        .filteredOn(key -> JsonBodies.tree(key).at("/alreadyCreated").asBoolean())
        .hasSize(CALLS - 1);
  }

  @Test
  void rotateKey_atTheSameTime_hasOneSuccessor() {
    String key =
        post(
            "/v1/keys",
            """
            {"type":"AGENT","agentId":"%s","scopes":[]}"""
                .formatted(agentId));
    String path = "/v1/keys/" + JsonBodies.text(key, "/keyId") + ":rotate";

    List<String> keys = atOnce(path, "{\"requestId\":\"" + requestId + "\"}");

    assertThat(keys).extracting(each -> JsonBodies.text(each, "/keyId")).containsOnly(keyId(keys));
    assertThat(keys)
        .filteredOn(each -> JsonBodies.text(each, "/secret").startsWith("g_agent_"))
        .hasSize(1);
  }

  private static String keyId(List<String> keys) {
    return JsonBodies.text(keys.get(0), "/keyId");
  }

  @Test
  void restore_repeated_isTheSame() {
    String session = post(sessions(), "{}");
    String path = "/v1/agents/" + agentId + "/sessions/" + JsonBodies.text(session, "/sessionId");
    post(path + ":archive", "{}");

    String restored = post(path + ":restore", "{\"requestId\":\"" + requestId + "\"}");

    assertThat(post(path + ":restore", "{\"requestId\":\"" + requestId + "\"}"))
        .isEqualTo(restored);
  }
}
