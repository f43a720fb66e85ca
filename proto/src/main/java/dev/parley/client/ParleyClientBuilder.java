package dev.parley.client;

import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ParleyClient}.
 *
 * <pre>{@code
 * ParleyClient client =
 *     ParleyClient.builder("127.0.0.1:8080")
 *         .plaintext()
 *         .apiKey(System.getenv("PARLEY_KEY"))
 *         .timeout(Duration.ofSeconds(10))
 *         .build();
 * }</pre>
 */
public final class ParleyClientBuilder {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final int KEEP_ALIVE_SECONDS = 30;

  /** Larger than any response of a server with its default limits. */
  private static final int RESPONSE_BYTES_MAX = 64 << 20;

  private final String target;
  private final @Nullable Channel channel;
  private ChannelCredentials credentials = TlsChannelCredentials.create();
  private String apiKey = "";
  private Duration timeout = Duration.ofSeconds(30);

  ParleyClientBuilder(String target, @Nullable Channel channel) {
    this.target = target;
    this.channel = channel;
  }

  /** Sets the API key or user token to call with. Default: none, as a channel may send its own. */
  public ParleyClientBuilder apiKey(String apiKey) {
    this.apiKey = apiKey;
    return this;
  }

  /**
   * Sets how long a call may take, including its retries. Default: 30 seconds.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ParleyClientBuilder timeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("The timeout must be positive.");
    }
    this.timeout = timeout;
    return this;
  }

  /** Connects without TLS. Default: TLS with the certificates that the JVM trusts. */
  public ParleyClientBuilder plaintext() {
    return credentials(InsecureChannelCredentials.create());
  }

  /**
   * Trusts only these CA certificates.
   *
   * @param certificates a file in PEM
   * @throws IOException if the file cannot be read
   */
  public ParleyClientBuilder trust(Path certificates) throws IOException {
    return credentials(
        TlsChannelCredentials.newBuilder().trustManager(certificates.toFile()).build());
  }

  /** Sets how to connect, such as {@link TlsChannelCredentials} with a client certificate. */
  public ParleyClientBuilder credentials(ChannelCredentials credentials) {
    this.credentials = credentials;
    return this;
  }

  /** Builds the client. It connects when it makes its first call. */
  public ParleyClient build() {
    ManagedChannel owned = channel == null ? connect() : null;
    Channel base = authenticated(owned == null ? Objects.requireNonNull(channel) : owned);
    return new ParleyClient(
        base, owned, timeout, Executors.newCachedThreadPool(ParleyClientBuilder::thread));
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "parley-client");
    thread.setDaemon(true);
    return thread;
  }

  private Channel authenticated(Channel base) {
    if (apiKey.isEmpty()) {
      return base;
    }
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + apiKey);
    return ClientInterceptors.intercept(base, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private ManagedChannel connect() {
    return Grpc.newChannelBuilder(target, credentials)
        .defaultServiceConfig(ServiceConfig.get())
        .maxInboundMessageSize(RESPONSE_BYTES_MAX)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .build();
  }
}
