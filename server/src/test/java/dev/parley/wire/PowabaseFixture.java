package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.util.UUID;

/** A new agent with one session, written through the native API. */
final class PowabaseFixture {
  /** The session of the contract's examples. */
  private static final String EXAMPLE_SESSION = "3f0c2d6e-8b1a-4d52-9a57-1c3f5e7a9b10";

  private static final String EXAMPLE_NAME = "sess_4f2a9c1d7e30";
  private static final String EXAMPLE_AGENT = "b7f5b9d4-2f7e-4b86-8a3c-0d9a61f2c733";

  final String owner;
  final UUID agentId;
  final String sessionId;
  final String name;
  final String path;
  private final ServerFixture server;

  /**
   * Creates an agent of a new owner with a session. {@code session} has fields of the session in
   * JSON.
   */
  PowabaseFixture(ServerFixture server, String session) {
    this(server, "owner-" + UUID.randomUUID(), session);
  }

  /** Creates an agent of this owner with a session. */
  PowabaseFixture(ServerFixture server, String owner, String session) {
    this.server = server;
    this.owner = owner;
    agentId = server.agent(owner);
    String made = write("POST", "/v1/agents/" + agentId + "/sessions", session);
    sessionId = JsonBodies.text(made, "/sessionId");
    name = "sess_" + sessionId.replace("-", "");
    path = "/v1/agents/" + agentId + "/sessions/" + sessionId;
  }

  /**
   * Sends a write of the native API with the root key, which must succeed, and returns the
   * response.
   */
  String write(String method, String route, String body) {
    HttpResponse<String> answer = server.send(method, route, server.rootKey(), body);
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** Creates a run from a {@code parley.v1.Run} in JSON. */
  void run(String json) {
    write("POST", path + "/runs", json);
  }

  void updateRun(String runId, String json) {
    write("PATCH", path + "/runs/" + runId, json);
  }

  void putContext(String runId, String items) {
    write("PUT", path + "/runs/" + runId + "/retrievedContext", "{\"items\":" + items + "}");
  }

  /** Appends {@code ChatMessage}s in JSON. */
  void append(String messages) {
    write(
        "POST",
        "/v1/agents/" + agentId + "/messages:append",
        "{\"sessionId\":\"%s\",\"messages\":[%s]}".formatted(sessionId, messages));
  }

  void archive() {
    write("POST", path + ":archive", "{}");
  }

  ContractClient client(String key) {
    return ContractClient.of(server, "powabase", "/api/sessions").with(key);
  }

  /** The same with a key of its agent. */
  ContractClient client() {
    return client(server.agentKey(agentId, "agent:manage"));
  }

  /** An example of the contract, with the id of this session. */
  String example(String file) {
    return PowabaseFixture.text(file)
        .replace(EXAMPLE_NAME, name)
        .replace(EXAMPLE_SESSION, sessionId)
        .replace(EXAMPLE_AGENT, agentId.toString());
  }

  /** An example of the contract, unchanged. */
  static String text(String file) {
    return JsonBodies.tree(JsonBodies.wire("powabase/" + file)).toString();
  }
}
