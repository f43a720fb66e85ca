package dev.parley.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.parley.model.Session;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Calls as JSON over HTTP/1.1, with one connection for each concurrent call. */
final class RestCalls implements SessionApi, AutoCloseable {
  private static final int EVENT_LOOPS = 2;

  /** Without this limit, a stall would open a connection for each scheduled call. */
  private static final int CONNECTIONS_MAX = 256;

  private final String bodyEnd =
      "\",\"messages\":[{\"role\":\"USER\",\"content\":\"" + new ChatText(2).next() + "\"}]}";
  private final String authorization;
  private final ClientFactory connections;
  private final WebClient client;
  private final AlternatingRounds turns = new AlternatingRounds(CONNECTIONS_MAX);

  /**
   * Creates calls to a server on this machine.
   *
   * @param key the API key
   */
  RestCalls(int port, String key) {
    authorization = "Bearer " + key;
    connections =
        ClientFactory.builder()
            .workerGroup(EVENT_LOOPS)
            .maxNumEventLoopsPerHttp1Endpoint(EVENT_LOOPS)
            .idleTimeoutMillis(0)
            .build();
    client = WebClient.builder("h1c://127.0.0.1:" + port).factory(connections).build();
  }

  @Override
  public CompletableFuture<AggregatedHttpResponse> append(Session session) {
    String body = "{\"sessionId\":\"" + session.sessionId() + bodyEnd;
    return send(
        HttpMethod.POST,
        "/v1/agents/" + session.agentId() + "/messages:append",
        HttpData.wrap(body.getBytes(UTF_8)));
  }

  @Override
  public CompletableFuture<AggregatedHttpResponse> get(Session session) {
    return get(path(session));
  }

  @Override
  public CompletableFuture<AggregatedHttpResponse> history(Session session) {
    return get(path(session) + "/messages?pageSize=" + PAGE_SIZE);
  }

  @Override
  public CompletableFuture<AggregatedHttpResponse> firstPage(UUID agentId) {
    return get("/v1/agents/" + agentId + "/sessions?pageSize=" + PAGE_SIZE);
  }

  @Override
  public CompletableFuture<AggregatedHttpResponse> pageAfter(UUID agentId, ListPosition place) {
    return get(
        "/v1/agents/"
            + agentId
            + "/sessions?pageSize="
            + PAGE_SIZE
            + "&pageToken="
            + place.token());
  }

  private static String path(Session session) {
    return "/v1/agents/" + session.agentId() + "/sessions/" + session.sessionId();
  }

  private CompletableFuture<AggregatedHttpResponse> get(String path) {
    return send(HttpMethod.GET, path, HttpData.empty());
  }

  private CompletableFuture<AggregatedHttpResponse> send(
      HttpMethod method, String path, HttpData body) {
    RequestHeaders headers =
        RequestHeaders.builder(method, path)
            .add(HttpHeaderNames.AUTHORIZATION, authorization)
            .contentType(MediaType.JSON)
            .build();
    HttpRequest request = HttpRequest.of(headers, body);
    return turns.call(() -> client.execute(request).aggregate().thenApply(RestCalls::succeeded));
  }

  private static AggregatedHttpResponse succeeded(AggregatedHttpResponse answer) {
    if (!answer.status().equals(HttpStatus.OK)) {
      throw new IllegalStateException("HTTP " + answer.status().code());
    }
    return answer;
  }

  @Override
  public void close() {
    connections.close();
  }
}
