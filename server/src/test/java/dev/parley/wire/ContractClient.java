package dev.parley.wire;

import dev.parley.testing.ServerFixture;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A client of a published API that validates each response against the contract. */
final class ContractClient {
  private final ServerFixture server;
  private final Contract contract;
  private final String prefix;
  private final UnaryOperator<HttpRequest.Builder> credential;

  private ContractClient(
      ServerFixture server,
      Contract contract,
      String prefix,
      UnaryOperator<HttpRequest.Builder> credential) {
    this.server = server;
    this.contract = contract;
    this.prefix = prefix;
    this.credential = credential;
  }

  /**
   * Creates a client without a credential.
   *
   * @param api the folder of the contract
   * @param prefix the prefix of all paths
   */
  static ContractClient of(ServerFixture server, String api, String prefix) {
    return new ContractClient(server, Contract.of(api), prefix, UnaryOperator.identity());
  }

  /** Returns a client with this bearer token; null for none. */
  ContractClient with(@Nullable String token) {
    return token == null ? this : with("Authorization", "Bearer " + token);
  }

  /** Returns a client that also sends this header. */
  ContractClient with(String header, String value) {
    return new ContractClient(
        server, contract, prefix, request -> credential.apply(request).header(header, value));
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, null);
  }

  HttpResponse<String> post(String path, String body) {
    return send("POST", path, body);
  }

  HttpResponse<String> delete(String path) {
    return send("DELETE", path, null);
  }

  private HttpResponse<String> send(String method, String path, @Nullable String body) {
    HttpResponse<String> answer =
        server.send(
            request ->
                body == null
                    ? credential.apply(request).method(method, BodyPublishers.noBody())
                    : credential
                        .apply(request)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body)),
            prefix + path);
    contract.holds(method, prefix + path, answer);
    return answer;
  }
}
