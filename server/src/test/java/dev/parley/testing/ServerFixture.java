package dev.parley.testing;

import com.linecorp.armeria.server.Server;
import dev.parley.app.server.ServerFactory;
import dev.parley.auth.KeySecret;
import dev.parley.config.Setting;
import dev.parley.config.Settings;
import dev.parley.config.SettingsResolver;
import dev.parley.core.IdGenerator;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.telemetry.Telemetry;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A complete server in this JVM, with its own port and a real store, and clients for it. */
public final class ServerFixture implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final KeySecret rootKey = KeySecret.random(KeySecret.Kind.ROOT, new SecureRandom());
  private final Store store;
  private final Telemetry telemetry;
  private final Server server;
  private final ManagedChannel channel;
  private final HttpClient http = HttpClient.newHttpClient();

  private ServerFixture(Setup setup) {
    setup.flags.put(Setting.PORT, "0");
    // Each index needs its own folder.
    setup.flags.putIfAbsent(Setting.SEARCH, "off");
    Settings settings = Settings.of(SettingsResolver.read(setup.flags, Map.of(), null));
    telemetry = new Telemetry(settings, "test");
    store = setup.wrap.apply(setup.store.apply(telemetry.storeObserver()));
    server = new ServerFactory(settings, store, rootKey, setup.ids, setup.clock, telemetry).build();
    server.start().join();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext().build();
  }

  /** Starts a server with the store under test in {@code folder}. The folder may be empty. */
  public static ServerFixture start(Path folder) {
    return in(folder).start();
  }

  /**
   * Prepares a server with the store under test in {@code folder}, so that a test can change it.
   */
  public static Setup in(Path folder) {
    return new Setup(watch -> StoreUnderTest.open(folder, watch));
  }

  /** Starts a server with the given store. */
  public static Setup over(Supplier<Store> store) {
    return new Setup(watch -> store.get());
  }

  /** Builds a server. */
  public static final class Setup {
    private final Function<StoreObserver, Store> store;
    private final Map<Setting, String> flags = new EnumMap<>(Setting.class);
    private Clock clock = new TickingClock();
    private IdGenerator ids = IdGenerator.random();
    private UnaryOperator<Store> wrap = UnaryOperator.identity();

    private Setup(Function<StoreObserver, Store> store) {
      this.store = store;
    }

    public Setup clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    public Setup ids(IdGenerator ids) {
      this.ids = ids;
      return this;
    }

    public Setup flag(Setting setting, String value) {
      flags.put(setting, value);
      return this;
    }

    /** Wraps the store. */
    public Setup wrap(UnaryOperator<Store> wrap) {
      this.wrap = wrap;
      return this;
    }

    public ServerFixture start() {
      return new ServerFixture(this);
    }
  }

  /** The port. */
  public int port() {
    return server.activeLocalPort();
  }

  /** The root key. */
  public String rootKey() {
    return rootKey.text();
  }

  /** Its store. */
  public Store store() {
    return store;
  }

  /** A gRPC channel without a credential. */
  public Channel channel() {
    return channel;
  }

  /** A gRPC channel that carries {@code key}. */
  public Channel channel(String key) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + key);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** Sends a JSON request and returns the response. {@code key} and {@code body} may be null. */
  public HttpResponse<String> send(
      String method, String path, @Nullable String key, @Nullable String body) {
    return send(
        request -> {
          if (key != null) {
            request.header("Authorization", "Bearer " + key);
          }
          if (body != null) {
            request.header("Content-Type", "application/json");
          }
          return request.method(
              method,
              body == null
                  ? HttpRequest.BodyPublishers.noBody()
                  : HttpRequest.BodyPublishers.ofString(body));
        },
        path);
  }

  /** Sends a request that {@code build} completes, and returns the response. */
  public HttpResponse<String> send(UnaryOperator<HttpRequest.Builder> build, String path) {
    URI uri = URI.create("http://127.0.0.1:" + port() + path);
    try {
      return http.send(
          build.apply(HttpRequest.newBuilder(uri).timeout(PATIENCE)).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Creates an agent of this owner. */
  public UUID agent(String owner) {
    UUID agentId = UUID.randomUUID();
    HttpResponse<String> made =
        send(
            "POST",
            "/v1/agents",
            rootKey(),
            "{\"agentId\":\"%s\",\"owner\":\"%s\"}".formatted(agentId, owner));
    if (made.statusCode() != 200) {
      throw new IllegalStateException(made.body());
    }
    return agentId;
  }

  /** Creates a key from a {@code CreateKeyRequest} in JSON. Returns its secret. */
  public String key(String request) {
    HttpResponse<String> made = send("POST", "/v1/keys", rootKey(), request);
    if (made.statusCode() != 200) {
      throw new IllegalStateException(made.body());
    }
    return JsonBodies.text(made.body(), "/secret");
  }

  /** Creates the master key of an owner, which replaces the live one. Returns its secret. */
  public String masterKey(String owner) {
    return key("{\"type\":\"MASTER\",\"owner\":\"%s\",\"replace\":true}".formatted(owner));
  }

  /** Creates a key of an agent with {@code agent:read} and one more scope. Returns its secret. */
  public String agentKey(UUID agentId, String scope) {
    return key(
        "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"scopes\":[\"%s\"]}".formatted(agentId, scope));
  }

  /** Stops the server completely, like a process that ends. The store stays open. */
  public void stop() {
    channel.shutdownNow();
    server.stop().join();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    Servers.stop(server);
    store.close();
    telemetry.close();
  }
}
