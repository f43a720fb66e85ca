package dev.parley.app.server.transport;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.util.TlsEngineType;
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
import io.netty.handler.ssl.OpenSsl;
import io.netty.util.ResourceLeakDetector;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Configures the port, TLS, connections and CORS. */
public final class Transport {
  /** Armeria times out later than the call pipeline, which normally answers in time. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /**
   * More than the limit of a request target, so that the API can answer a target over the limit.
   */
  private static final int INITIAL_LINE_BYTES_MAX = 4 * RestService.TARGET_LENGTH_MAX;

  /** More than the limit of headers, so that the API can answer headers over the limit. */
  private static final int HEADER_BYTES_MAX = 2 * HeaderLimit.BYTES_MAX;

  /** Flow-control window. A client buffers everything beyond it on its own side. */
  private static final int CALLS_PER_CONNECTION_MAX = 256;

  private static final int FLUSHES_CONSOLIDATED = 256;
  private static final int SECONDS_PER_MINUTE = 60;
  private static final Duration PREFLIGHT_AGE = Duration.ofHours(1);

  /** Browsers use only TLS for one year. */
  private static final String ONLY_TLS = "max-age=31536000";

  private static final String BUFFER_WATCH = "io.netty.leakDetection.level";

  private final Settings settings;

  public Transport(Settings settings) {
    this.settings = settings;
  }

  /** Adds the listening port to the server. */
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
        .description("Expiry of the server certificate, in seconds since 1970.")
        .register(metrics);
    boolean mutual = settings.tls().get().clientCa().isPresent();
    builder
        .addHeader(HttpHeaderNames.STRICT_TRANSPORT_SECURITY, ONLY_TLS)
        .https(address)
        .tlsEngineType(OpenSsl.isAvailable() ? TlsEngineType.OPENSSL : TlsEngineType.JDK)
        .tlsProvider(
            certificates,
            ServerTlsConfig.builder()
                .clientAuth(mutual ? ClientAuth.REQUIRE : ClientAuth.NONE)
                .build());
  }

  /** Configures the limits and timeouts of connections. */
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
        // A rejected client may still be sending its body. It gets the answer nevertheless.
        .requestAutoAbortDelay(settings.requestTimeout())
        .maxNumConnections(connections.max())
        // A ping of the client counts as activity of the connection.
        .idleTimeout(connections.idleTimeout(), true)
        .pingInterval(connections.keepalive())
        .maxConnectionAge(connections.ageMax())
        // Without it, each answer that a store thread completes is flushed separately.
        .childChannelPipelineCustomizer(
            pipeline -> {
              boolean tls = settings.tls().isPresent();
              pipeline.addFirst(new RequestTargets(tls, settings.writeTimeout()));
              if (tls) {
                pipeline.addFirst(new PlainRequests());
              }
              pipeline.addFirst(
                  new FlushConsolidationHandler(FLUSHES_CONSOLIDATED, true),
                  new WriteTimeout(settings.writeTimeout()));
            });
    new TrustedProxies(settings.trustedProxies()).addTo(builder);
  }

  /**
   * Turns off the leak detection of Netty, which takes a tenth of the CPU time of short calls,
   * unless a system property sets it. Tests turn it on.
   */
  private static void leaveBuffersAlone() {
    if (System.getProperty(BUFFER_WATCH) == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  /** Allows pages of the configured origins to call every route (CORS). */
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
            // All headers, because clients of gRPC-Web and of the published APIs send their own.
            .allowAllRequestHeaders(true)
            .exposeHeaders(
                HttpHeaderNames.ETAG,
                HttpHeaderNames.LOCATION,
                HttpHeaderNames.RETRY_AFTER,
                "grpc-message",
                "grpc-status",
                "grpc-status-details-bin",
                "x-request-id",
                "x-should-retry")
            .maxAge(PREFLIGHT_AGE)
            .newDecorator());
  }
}
