package dev.parley.app.server.transport;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerTlsConfig;
import com.linecorp.armeria.server.cors.CorsService;
import com.linecorp.armeria.server.cors.CorsServiceBuilder;
import dev.parley.api.http.HeaderLimit;
import dev.parley.api.rest.RestService;
import dev.parley.config.ConnectionSettings;
import dev.parley.config.Origins;
import dev.parley.config.Settings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.util.ResourceLeakDetector;
import java.net.InetSocketAddress;
import java.time.Duration;

/** How bytes come and go: the port, TLS, connections, and who may call from a browser. */
public final class Transport {
  /** Armeria's timeout only backs up that of the call pipeline, which answers in time. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Longer than a request target may be, so that the API that is called can say so. */
  private static final int INITIAL_LINE_BYTES_MAX = 4 * RestService.TARGET_LENGTH_MAX;

  /** Larger than headers may be, so that the API that is called can say so. */
  private static final int HEADER_BYTES_MAX = 2 * HeaderLimit.BYTES_MAX;

  /** What a client has beyond these it keeps to itself, where it costs nobody else. */
  private static final int CALLS_PER_CONNECTION_MAX = 256;

  private static final int FLUSHES_CONSOLIDATED = 256;
  private static final int SECONDS_PER_MINUTE = 60;
  private static final Duration PREFLIGHT_AGE = Duration.ofHours(1);

  /** Browsers then never try without TLS, for a year. */
  private static final String ONLY_TLS = "max-age=31536000";

  private static final String BUFFER_WATCH = "io.netty.leakDetection.level";

  private final Settings settings;

  public Transport(Settings settings) {
    this.settings = settings;
  }

  /** Has the server listen. */
  public void listen(ServerBuilder builder, MeterRegistry metrics) {
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    if (settings.tls().isEmpty()) {
      builder.http(address);
      return;
    }
    Certificates certificates = new Certificates(settings.tls().get());
    Gauge.builder(
            "parley.tls.certificate.expiry", certificates, each -> each.expiry().getEpochSecond())
        .baseUnit("seconds")
        .description("When the certificate that the server shows ends, in seconds since 1970.")
        .register(metrics);
    boolean mutual = settings.tls().get().clientCa().isPresent();
    builder
        .addHeader(HttpHeaderNames.STRICT_TRANSPORT_SECURITY, ONLY_TLS)
        .https(address)
        .tlsProvider(
            certificates,
            ServerTlsConfig.builder()
                .clientAuth(mutual ? ClientAuth.REQUIRE : ClientAuth.NONE)
                .build());
  }

  /** Sets what holds for every connection. */
  public void configure(ServerBuilder builder) {
    leaveBuffersAlone();
    ConnectionSettings connections = settings.connections();
    builder
        .disableServerHeader()
        .maxRequestLength(settings.requestBytesMax())
        .requestTimeout(settings.requestTimeout().plus(GRACE))
        .http1MaxInitialLineLength(INITIAL_LINE_BYTES_MAX)
        .http1MaxHeaderSize(HEADER_BYTES_MAX)
        .http2MaxHeaderListSize(HEADER_BYTES_MAX)
        .http2MaxStreamsPerConnection(CALLS_PER_CONNECTION_MAX)
        .http2MaxResetFramesPerWindow(connections.resetsPerMinuteMax(), SECONDS_PER_MINUTE)
        // A client that is refused may still send its body: it gets the answer all the same.
        .requestAutoAbortDelay(settings.requestTimeout())
        .maxNumConnections(connections.max())
        // A client that asks whether the server is there means to keep its connection.
        .idleTimeout(connections.idleTimeout(), true)
        .pingInterval(connections.keepalive())
        .maxConnectionAge(connections.ageMax())
        // Without it each answer that a store thread completes is flushed by itself.
        .childChannelPipelineCustomizer(
            pipeline ->
                pipeline.addFirst(
                    new FlushConsolidationHandler(FLUSHES_CONSOLIDATED, true),
                    new WriteTimeout(settings.writeTimeout()),
                    new RequestTargets(settings.tls().isPresent(), settings.writeTimeout())));
    new TrustedProxies(settings.trustedProxies()).addTo(builder);
  }

  /**
   * Turns off Netty's search for buffers that nobody released, unless the JVM was told how to
   * search: it takes a tenth of short calls. Tests search.
   */
  private static void leaveBuffersAlone() {
    if (System.getProperty(BUFFER_WATCH) == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  /** Lets pages of the sites that the settings name call every route. */
  public void allowOrigins(ServerBuilder builder) {
    Origins origins = settings.corsOrigins();
    if (origins.none()) {
      return;
    }
    CorsServiceBuilder cors =
        origins.any() ? CorsService.builderForAnyOrigin() : CorsService.builder(origins.named());
    builder.decorator(
        cors.allowRequestMethods(
                HttpMethod.GET,
                HttpMethod.POST,
                HttpMethod.PUT,
                HttpMethod.PATCH,
                HttpMethod.DELETE)
            // All: clients of gRPC-Web and of the published APIs bring headers of their own.
            .allowAllRequestHeaders(true)
            .exposeHeaders(
                HttpHeaderNames.ETAG,
                HttpHeaderNames.LOCATION,
                HttpHeaderNames.RETRY_AFTER,
                "grpc-message",
                "grpc-status",
                "grpc-status-details-bin",
                "x-request-id")
            .maxAge(PREFLIGHT_AGE)
            .newDecorator());
  }
}
