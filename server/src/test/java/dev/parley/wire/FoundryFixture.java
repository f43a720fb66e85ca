package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An owner with an agent. Sessions are written through the native API and read through Foundry. */
final class FoundryFixture {
  static final String AGENTS = "/api/v2/aipAgents/agents";

  final ServerFixture server;
  final String owner = "owner-" + UUID.randomUUID();
  final UUID agentId;
  final FoundryClient client;

  FoundryFixture(ServerFixture server) {
    this.server = server;
    agentId = server.agent(owner);
    client = client(server.agentKey(agentId, "agent:manage"));
  }

  /** A client of the routes below {@code /agents}. */
  FoundryClient client(@Nullable String token) {
    return new FoundryClient(server, token);
  }

  /** A key of the agent for a client. */
  String keyOf(String clientName) {
    return server.key(
        """
        {"type":"AGENT","agentId":"%s","scopes":["agent:manage","chat"],"client":"%s"}"""
            .formatted(agentId, clientName));
  }

  String agentRid() {
    return "ri.aip-agents..agent." + agentId;
  }

  static String sessionRid(String sessionId) {
    return "ri.aip-agents..session." + sessionId;
  }

  /** Creates a session with the native API and returns its id. */
  String session(String json) {
    return JsonBodies.text(ok(post("/sessions", json)), "/sessionId");
  }

  /** Appends with the native API. */
  void append(String json) {
    ok(post("/messages:append", json));
  }

  void append(String sessionId, String role, String text) {
    append(
        """
        {"sessionId":"%s","messages":[{"role":"%s","content":"%s"}]}"""
            .formatted(sessionId, role, text));
  }

  HttpResponse<String> post(String path, String json) {
    return server.send("POST", "/v1/agents/" + agentId + path, server.rootKey(), json);
  }

  static String ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return answer.body();
  }

  static List<String> rids(HttpResponse<String> page) {
    List<String> rids = new ArrayList<>();
    JsonBodies.tree(ok(page)).at("/data").forEach(each -> rids.add(each.at("/rid").asText()));
    return rids;
  }

  static void isError(HttpResponse<String> answer, int status, String example) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(withoutIds(answer.body()))
        .isEqualTo(withoutIds(JsonBodies.wire("foundry/" + example)));
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("application/json; charset=utf-8");
  }

  /** Returns an error body without its instance and its parameters, which differ in each error. */
  private static JsonNode withoutIds(String body) {
    ObjectNode error = (ObjectNode) JsonBodies.tree(body);
    assertThat(UUID.fromString(error.remove("errorInstanceId").asText())).isNotNull();
    ObjectNode parameters = (ObjectNode) error.at("/parameters");
    for (String name : List.of("agentRid", "sessionRid")) {
      if (parameters.has(name)) {
        assertThat(parameters.get(name).asText()).startsWith("ri.aip-agents..");
        parameters.put(name, "its own");
      }
    }
    return error;
  }
}
