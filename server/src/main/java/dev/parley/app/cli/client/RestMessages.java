package dev.parley.app.cli.client;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.WebClientBuilder;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.auth.AuthToken;
import dev.parley.api.json.JsonCodec;
import dev.parley.proto.v1.ChatMessage;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.File;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads single messages over REST, because a gRPC response leaves out contents that are too large
 * for it. It connects at the first call.
 */
public final class RestMessages implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final WebClientBuilder settings;
  private final ClientFactoryBuilder connections = ClientFactory.builder();
  private @Nullable WebClient client;

  /**
   * Creates a reader.
   *
   * @param server the URL of the server
   * @param ca the CA certificates that verify the server; null for those of the JVM
   * @param cert the client certificate, with {@code certKey}; null for none
   */
  public RestMessages(
      String server,
      String secret,
      @Nullable File ca,
      @Nullable File cert,
      @Nullable File certKey) {
    settings =
        WebClient.builder(server)
            .auth(AuthToken.ofOAuth2(secret))
            .maxResponseLength(0)
            .responseTimeout(TIMEOUT);
    if (ca != null) {
      connections.tlsCustomizer(tls -> tls.trustManager(ca));
    }
    if (cert != null && certKey != null) {
      connections.tls(cert, certKey);
    }
  }

  /**
   * Returns the message at a sequence with its complete content.
   *
   * @throws StatusRuntimeException if the server does not return it
   */
  public ChatMessage get(String agentId, String sessionId, long sequence) {
    if (client == null) {
      client = settings.factory(connections.build()).build();
    }
    AggregatedHttpResponse response;
    try {
      response =
          client
              .get(
                  "/v1/agents/%s/sessions/%s/messages:lookup?sequence=%d"
                      .formatted(agentId, sessionId, sequence))
              .aggregate()
              .join();
    } catch (CompletionException e) {
      throw failure(sequence, sessionId, String.valueOf(e.getCause()));
    }
    if (!response.status().equals(HttpStatus.OK)) {
      throw failure(sequence, sessionId, response.status().toString());
    }
    byte[] json = response.content().array();
    return (ChatMessage) JsonCodec.parse(json, ChatMessage.getDefaultInstance()).message();
  }

  private static StatusRuntimeException failure(long sequence, String sessionId, String reason) {
    return Status.UNAVAILABLE
        .withDescription(
            "Message %d of session %s could not be read over REST: %s"
                .formatted(sequence, sessionId, reason))
        .asRuntimeException();
  }

  @Override
  public void close() {
    if (client != null) {
      client.options().factory().close();
    }
  }
}
