package dev.parley.app.server.webhook;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.ResponseTimeoutMode;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.parley.core.webhook.WebhookSender;
import dev.parley.core.webhook.url.TargetRules;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over HTTPS. It follows no redirects, and ignores the bodies of answers. A request
 * has at most 15 seconds.
 */
final class WebhookClient implements WebhookSender, AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
  private static final int ANSWER_BYTES_MAX = 64 * 1024;

  private final TargetRules targets;
  private final String userAgent;
  private final Trust trust;
  private @Nullable Connections connections;
  private boolean closed;

  /**
   * Creates a client. It sets up TLS when it sends its first request, because most servers send
   * none, and TLS takes about a tenth of the CPU time of their start.
   *
   * @param trust sets the trusted certificates
   */
  WebhookClient(TargetRules targets, String userAgent, Trust trust) {
    this.targets = targets;
    this.userAgent = userAgent;
    this.trust = trust;
  }

  /** Sets up TLS now, so that a bad certificate file is reported at the start. */
  synchronized Connections open() {
    if (closed) {
      throw new IllegalStateException("The client is closed.");
    }
    if (connections == null) {
      connections = Connections.of(targets, trust);
    }
    return connections;
  }

  /** The client of the HTTP library, and what it has to close. */
  record Connections(ClientFactory factory, WebClient client) {
    private static Connections of(TargetRules targets, Trust trust) {
      ClientFactoryBuilder builder =
          ClientFactory.builder()
              .connectTimeout(CONNECT_TIMEOUT)
              .idleTimeout(IDLE_TIMEOUT)
              .addressResolverGroupFactory(
                  eventLoops -> new AllowedAddresses(eventLoops, targets.addresses()));
      trust.addTo(builder);
      ClientFactory factory = builder.build();
      WebClient client =
          WebClient.builder()
              .factory(factory)
              .responseTimeout(TIMEOUT)
              .responseTimeoutMode(ResponseTimeoutMode.FROM_START)
              .writeTimeout(TIMEOUT)
              .maxResponseLength(ANSWER_BYTES_MAX)
              .build();
      return new Connections(factory, client);
    }
  }

  /** Sets the certificates that a client trusts. */
  @FunctionalInterface
  interface Trust {
    void addTo(ClientFactoryBuilder builder);
  }

  @Override
  public CompletableFuture<Answer> send(URI url, Map<String, String> headers, byte[] body) {
    // The settings may have changed since the webhook was created.
    if (!targets.allows(url)) {
      return CompletableFuture.completedFuture(
          Answer.none("The server does not send to this host."));
    }
    RequestHeadersBuilder head =
        RequestHeaders.builder(HttpMethod.POST, url.toString())
            .contentType(MediaType.JSON)
            .add(HttpHeaderNames.USER_AGENT, userAgent);
    headers.forEach((name, value) -> head.add(name, value));
    AtomicReference<@Nullable ResponseHeaders> answered = new AtomicReference<>();
    WebClient client;
    try {
      client = open().client();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    HttpResponse response =
        client
            .execute(HttpRequest.of(head.build(), HttpData.wrap(body)))
            .peekHeaders(answered::set);
    return response.aggregate().handle((whole, failure) -> answer(answered.get(), failure));
  }

  /** The status counts as soon as it is there, whatever happens to the body. */
  private static Answer answer(@Nullable ResponseHeaders headers, @Nullable Throwable failure) {
    if (headers != null) {
      return new Answer(headers.status().code(), null, retryAfter(headers));
    }
    return Answer.none(ConnectionErrors.text(failure));
  }

  private static @Nullable Duration retryAfter(ResponseHeaders headers) {
    String seconds = headers.get(HttpHeaderNames.RETRY_AFTER);
    return seconds != null && seconds.matches("\\d{1,6}")
        ? Duration.ofSeconds(Long.parseLong(seconds))
        : null;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (connections != null) {
      var unused = connections.factory().closeAsync();
    }
  }
}
