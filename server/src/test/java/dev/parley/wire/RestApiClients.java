package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Clients over HTTP/JSON. Every answer is checked against the contract of its API. */
final class RestApiClients implements ApiClients {
  private final ServerFixture server;
  private final String key;
  private final ContractClient guayaba;
  private final ContractClient grip;
  private final ContractClient powabase;
  private final FoundryClient foundry;

  RestApiClients(ServerFixture server, String key) {
    this.server = server;
    this.key = key;
    guayaba = ContractClient.of(server, "guayaba", "/api/v1/agents/").with(key);
    grip = ContractClient.of(server, "grip", "/api/v1/sessions").with(key);
    powabase = ContractClient.of(server, "powabase", "/api/sessions/").with(key);
    foundry = new FoundryClient(server, key);
  }

  @Override
  public @Nullable String guayabaLabel(UUID agentId, String key) {
    for (JsonNode session : JsonBodies.tree(ok(guayaba.get(agentId + "/sessions")))) {
      if (session.get("key").asText().equals(key)) {
        return session.get("label").asText();
      }
    }
    return null;
  }

  @Override
  public List<String> guayabaHistory(UUID agentId, String key) {
    String body = "{\"sessionKey\":" + JsonBodies.quote(key) + ",\"limit\":100}";
    List<String> contents = new ArrayList<>();
    JsonNode history = JsonBodies.tree(ok(guayaba.post(agentId + "/sessions/history", body)));
    history.forEach(message -> contents.add(message.get("content").asText()));
    return contents;
  }

  @Override
  public @Nullable String guayabaArchive(UUID agentId) {
    JsonNode archives = JsonBodies.tree(ok(guayaba.get(agentId + "/archives")));
    return archives.isEmpty() ? null : archives.get(0).get("filename").asText();
  }

  @Override
  public void guayabaRename(UUID agentId, String key, String label) {
    ok(
        guayaba.post(
            agentId + "/sessions/rename",
            "{\"key\":\"%s\",\"label\":\"%s\"}".formatted(key, label)));
  }

  @Override
  public void guayabaArchive(UUID agentId, String key) {
    ok(guayaba.post(agentId + "/sessions/archive", "{\"key\":\"" + key + "\"}"));
  }

  @Override
  public void guayabaRestore(UUID agentId, String filename) {
    ok(guayaba.post(agentId + "/archives/restore", "{\"filename\":\"" + filename + "\"}"));
  }

  @Override
  public long gripMessages(String key) {
    HttpResponse<String> answer = grip.get("/" + key);
    return answer.statusCode() == 404
        ? -1
        : JsonBodies.tree(ok(answer)).get("message_count").asLong();
  }

  @Override
  public void gripDelete(String key) {
    ok(grip.delete("/" + key));
  }

  @Override
  public @Nullable String powabaseLast(UUID sessionId) {
    HttpResponse<String> answer = powabase.get(sessionId + "/messages");
    if (answer.statusCode() == 404) {
      return null;
    }
    JsonNode messages = JsonBodies.tree(ok(answer)).get("messages");
    return messages.get(messages.size() - 1).get("content").asText();
  }

  @Override
  public void powabaseDelete(UUID sessionId) {
    ok(powabase.delete(sessionId.toString()));
  }

  @Override
  public @Nullable String foundryTitle(UUID agentId, UUID sessionId) {
    HttpResponse<String> one = foundry.get(foundryPath(agentId, sessionId));
    for (JsonNode session :
        JsonBodies.tree(ok(foundry.get("/allSessions?preview=true"))).get("data")) {
      if (session.get("rid").asText().endsWith(sessionId.toString())) {
        assertThat(JsonBodies.tree(ok(one))).isEqualTo(session);
        return session.at("/metadata/title").asText();
      }
    }
    assertThat(one.statusCode()).isEqualTo(404);
    return null;
  }

  @Override
  public void foundryRename(UUID agentId, UUID sessionId, String title) {
    gone(
        foundry.put(
            foundryPath(agentId, sessionId) + "/updateTitle", "{\"title\":\"" + title + "\"}"));
  }

  @Override
  public void foundryDelete(UUID agentId, UUID sessionId) {
    gone(foundry.delete(foundryPath(agentId, sessionId)));
  }

  @Override
  public @Nullable String openaiLast(UUID sessionId) {
    HttpResponse<String> answer = openai("GET", sessionId, "/items?limit=1", null);
    return answer.statusCode() == 404
        ? null
        : OpenAIFixture.text(JsonBodies.tree(ok(answer)).at("/data/0"));
  }

  @Override
  public void openaiAppend(UUID sessionId, String text) {
    String items = "{\"items\":[{\"role\":\"assistant\",\"content\":\"" + text + "\"}]}";
    ok(openai("POST", sessionId, "/items", items));
  }

  @Override
  public void openaiDelete(UUID sessionId) {
    ok(openai("DELETE", sessionId, "", null));
  }

  private HttpResponse<String> openai(
      String method, UUID sessionId, String route, @Nullable String body) {
    String id = "/conv_" + sessionId.toString().replace("-", "");
    return server.send(method, OpenAIFixture.CONVERSATIONS + id + route, key, body);
  }

  private static String foundryPath(UUID agentId, UUID sessionId) {
    return "/ri.aip-agents..agent." + agentId + "/sessions/ri.aip-agents..session." + sessionId;
  }

  private static String ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static void gone(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(204);
  }
}
