package dev.parley.wire;

import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * A client of the routes below {@code /agents}. Responses of the route that the published contract
 * has are validated.
 */
final class FoundryClient {
  private static final String AGENTS = "/api/v2/aipAgents/agents";

  private final ServerFixture server;
  private final @Nullable String token;
  private final ContractClient documented;

  FoundryClient(ServerFixture server, @Nullable String token) {
    this.server = server;
    this.token = token;
    documented = ContractClient.of(server, "foundry", AGENTS).with(token);
  }

  HttpResponse<String> get(String path) {
    return path.startsWith("/allSessions") ? documented.get(path) : send("GET", path, null);
  }

  HttpResponse<String> post(String path, String body) {
    return send("POST", path, body);
  }

  HttpResponse<String> put(String path, String body) {
    return send("PUT", path, body);
  }

  HttpResponse<String> delete(String path) {
    return send("DELETE", path, null);
  }

  private HttpResponse<String> send(String method, String path, @Nullable String body) {
    return server.send(method, AGENTS + path, token, body);
  }
}
