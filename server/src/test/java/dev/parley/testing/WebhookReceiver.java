package dev.parley.testing;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.standardwebhooks.Webhook;
import io.netty.pkitesting.X509Bundle;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** A receiver of webhooks over TLS on the loopback address. */
public final class WebhookReceiver implements AutoCloseable {
  private final Server server;
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private volatile Function<Request, ResponseHeaders> answer =
      request -> ResponseHeaders.of(HttpStatus.NO_CONTENT);

  /** A request that has arrived. */
  public record Request(String path, String id, Map<String, List<String>> headers, String body) {
    /** Whether the published library accepts the signature of the request. */
    public boolean isSignedWith(String secret) {
      try {
        new Webhook(secret).verify(body, HttpHeaders.of(headers, (name, value) -> true));
        return true;
      } catch (Exception e) {
        return false;
      }
    }
  }

  /** Starts a receiver whose certificate is {@code bundle}, on a port; 0 for a free one. */
  public WebhookReceiver(X509Bundle bundle, int port) {
    server =
        Server.builder()
            .port(new InetSocketAddress("127.0.0.1", port), SessionProtocol.HTTPS)
            .tls(bundle.getKeyPair().getPrivate(), bundle.getCertificatePath())
            .gracefulShutdownTimeoutMillis(0, 0)
            .serviceUnder(
                "/",
                (context, http) ->
                    HttpResponse.of(
                        http.aggregate()
                            .thenApply(
                                whole -> {
                                  Map<String, List<String>> headers = new HashMap<>();
                                  whole
                                      .headers()
                                      .forEach(
                                          (name, value) ->
                                              headers
                                                  .computeIfAbsent(
                                                      name.toString(), key -> new ArrayList<>())
                                                  .add(value));
                                  Request request =
                                      new Request(
                                          context.path(),
                                          whole.headers().get("webhook-id", ""),
                                          headers,
                                          whole.contentUtf8());
                                  requests.add(request);
                                  return HttpResponse.of(answer.apply(request));
                                })))
            .build();
    server.start().join();
  }

  /** Sets the handler of further requests. */
  public void answer(Function<Request, ResponseHeaders> how) {
    answer = how;
  }

  /** Sets the status of further responses. */
  public void answer(int status) {
    answer(request -> ResponseHeaders.of(status));
  }

  /** The requests that have arrived so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  public int port() {
    return server.activeLocalPort();
  }

  /** The URL of a path of the receiver. */
  public String url(String path) {
    return "https://localhost:" + port() + path;
  }

  @Override
  public void close() {
    Servers.stop(server);
  }
}
