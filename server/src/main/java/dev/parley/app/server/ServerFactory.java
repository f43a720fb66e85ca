package dev.parley.app.server;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SerializationFormat;
import com.linecorp.armeria.common.encoding.StreamEncoderFactory;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.GracefulShutdown;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RejectedRouteHandler;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerListener;
import com.linecorp.armeria.server.encoding.EncodingService;
import com.linecorp.armeria.server.grpc.GrpcHealthCheckService;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.GrpcServiceBuilder;
import com.linecorp.armeria.server.healthcheck.HealthCheckService;
import com.linecorp.armeria.server.healthcheck.ListenableHealthChecker;
import com.linecorp.armeria.server.healthcheck.SettableHealthChecker;
import com.linecorp.armeria.server.prometheus.PrometheusExpositionService;
import dev.parley.api.call.ApiCatalog;
import dev.parley.api.call.ApiDefinition;
import dev.parley.api.call.CallPipeline;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.call.limit.CallLimits;
import dev.parley.api.call.limit.FailedLogins;
import dev.parley.api.call.limit.FairLimit;
import dev.parley.api.call.limit.RateLimits;
import dev.parley.api.foundry.FoundryApi;
import dev.parley.api.grip.GripApi;
import dev.parley.api.grpc.GrpcEntry;
import dev.parley.api.grpc.GrpcFaults;
import dev.parley.api.grpc.GrpcHandlers;
import dev.parley.api.grpc.GrpcJson;
import dev.parley.api.guayaba.GuayabaApi;
import dev.parley.api.http.CallObservation;
import dev.parley.api.openai.OpenAIApi;
import dev.parley.api.parley.NativeApi;
import dev.parley.api.parley.webhook.WebhookMapper;
import dev.parley.api.parley.webhook.WebhookService;
import dev.parley.api.powabase.PowabaseApi;
import dev.parley.api.rest.RestErrors;
import dev.parley.api.rest.RestService;
import dev.parley.api.rest.lines.AppendLines;
import dev.parley.app.server.pages.BrowserPages;
import dev.parley.app.server.transport.HttpErrorHandler;
import dev.parley.app.server.transport.SmallRequests;
import dev.parley.app.server.transport.Transport;
import dev.parley.app.server.webhook.WebhookParts;
import dev.parley.auth.Authenticator;
import dev.parley.auth.Authorizer;
import dev.parley.auth.KeySecret;
import dev.parley.auth.KeyUsageRecorder;
import dev.parley.auth.UserTokenAuthenticator;
import dev.parley.auth.WatchTickets;
import dev.parley.config.RateLimit;
import dev.parley.config.Settings;
import dev.parley.core.Agents;
import dev.parley.core.Archives;
import dev.parley.core.AuditLog;
import dev.parley.core.Backups;
import dev.parley.core.BatchAppender;
import dev.parley.core.ExpirySweep;
import dev.parley.core.IdGenerator;
import dev.parley.core.Keys;
import dev.parley.core.Messages;
import dev.parley.core.Retention;
import dev.parley.core.Runs;
import dev.parley.core.Sessions;
import dev.parley.core.Transcripts;
import dev.parley.core.audit.AuditSweep;
import dev.parley.core.lease.LeaseSweep;
import dev.parley.core.page.PageTokens;
import dev.parley.core.webhook.Redelivery;
import dev.parley.core.webhook.Webhooks;
import dev.parley.search.follow.ChangeQueue;
import dev.parley.storage.Store;
import dev.parley.storage.live.StoreListener;
import dev.parley.telemetry.Telemetry;
import io.grpc.BindableService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Creates the server with everything in it, from the store to the port. */
public final class ServerFactory {
  private static final Duration QUIET_PERIOD = Duration.ofMillis(200);
  private static final Duration LEASE_SWEEP_INTERVAL = Duration.ofSeconds(2);
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

  /** For services without JSON, so that Armeria generates no code for their messages. */
  private static final Set<SerializationFormat> BINARY =
      Set.of(
          GrpcSerializationFormats.PROTO,
          GrpcSerializationFormats.PROTO_WEB,
          GrpcSerializationFormats.PROTO_WEB_TEXT);

  /** Compresses answers of more than 1 KiB for clients that accept gzip. */
  private static final Function<? super HttpService, EncodingService> ENCODING =
      EncodingService.builder()
          .encoderFactories(
              StreamEncoderFactory.all().stream()
                  .filter(encoder -> encoder.encodingHeaderValue().equals("gzip"))
                  .toList())
          .minBytesToForceChunkedEncoding(1024)
          // Compression would delay the events of a stream.
          .encodableContentTypes(type -> type.is(MediaType.JSON))
          .newDecorator();

  private final Settings settings;
  private final Store store;
  private final Telemetry telemetry;
  private final Readiness readiness;
  private final Authorizer authorizer;
  private final @Nullable UserTokenAuthenticator users;
  private final KeyUsageRecorder keyUses;
  private final Authenticator authenticator;
  private final WatchTickets tickets;
  private final Backups backups;
  private final List<Sweeper> sweepers;
  private final Live live;
  private final @Nullable Search search;
  private final @Nullable WebhookParts webhooks;
  private final List<ApiDefinition> apis;

  /** Creates the parts of a server. */
  public ServerFactory(
      Settings settings,
      Store store,
      KeySecret rootKey,
      IdGenerator ids,
      Clock clock,
      Telemetry telemetry) {
    this.settings = settings;
    PageTokens tokens = new PageTokens(rootKey.hash().bytes());
    ChangeQueue changes = new ChangeQueue();
    List<StoreListener> listeners = settings.search() ? List.of(changes) : List.of();
    live = new Live(store, listeners, settings, tokens, telemetry.metrics());
    this.store = live.store();
    search =
        settings.search()
            ? new Search(this.store, store, changes, settings, tokens, clock, telemetry.metrics())
            : null;
    this.telemetry = telemetry;
    webhooks =
        settings.webhooks().on()
            ? new WebhookParts(
                this.store,
                live.watches(),
                new WebhookMapper(),
                settings.webhooks(),
                BuildVersion.text(),
                clock,
                telemetry.metrics())
            : null;
    readiness = new Readiness(this.store, settings.readyzRequiresWrites());
    authorizer = new Authorizer(this.store);
    users = settings.jwt().map(jwt -> TokenIssuer.of(jwt, clock)).orElse(null);
    keyUses = new KeyUsageRecorder(this.store);
    authenticator = new Authenticator(rootKey.hash(), this.store, clock, keyUses, users);
    tickets = new WatchTickets(rootKey.hash(), this.store, clock);
    AuditLog audit = new AuditLog(this.store, tokens, ids, clock);
    backups = new Backups(this.store, audit, BuildVersion.text());
    sweepers = sweepers(audit, clock);
    apis = apis(tokens, audit, ids, clock);
  }

  /**
   * Loads the classes of a server ahead of time. This takes most of the start-up time and can run
   * while the store is being opened.
   */
  static void load() {
    operations(Server.builder(), new SettableHealthChecker());
    BrowserPages.addTo(Server.builder(), List.of());
  }

  private List<Sweeper> sweepers(AuditLog audit, Clock clock) {
    List<Sweeper> all = new ArrayList<>();
    all.add(
        new Sweeper(
            "Expired sessions deleted",
            new ExpirySweep(store, audit, clock)::run,
            settings.sweepInterval(),
            Counter.builder("parley.sessions.expired")
                .description("Expired sessions that this server deleted.")
                .register(telemetry.metrics())));
    all.add(
        new Sweeper(
            "Runs with expired leases ended",
            new LeaseSweep(store, clock)::run,
            LEASE_SWEEP_INTERVAL,
            Counter.builder("parley.leases.expired")
                .description("Runs that this server ended because their leases had expired.")
                .register(telemetry.metrics())));
    Optional<Duration> retention = settings.auditRetention();
    retention.ifPresent(
        age ->
            all.add(
                new Sweeper(
                    "Old audit entries deleted",
                    new AuditSweep(store, age, clock)::run,
                    settings.sweepInterval(),
                    Counter.builder("parley.audit.entries.deleted")
                        .description("Old audit entries that this server deleted.")
                        .register(telemetry.metrics()))));
    return all;
  }

  private List<ApiDefinition> apis(
      PageTokens tokens, AuditLog audit, IdGenerator ids, Clock clock) {
    Agents agents = new Agents(store, tokens, audit, ids, clock);
    Keys keys = new Keys(store, authorizer, tokens, audit, ids, new SecureRandom(), clock);
    Sessions sessions = new Sessions(store, authorizer, tokens, audit, ids, clock);
    Archives archives = new Archives(store, tokens, audit, clock);
    Runs runs = new Runs(store, tokens, ids, clock);
    Transcripts transcripts = new Transcripts(store, clock);
    Messages messages = new Messages(store, tokens, ids, clock, audit, settings.contentBytesMax());
    Retention retention = new Retention(store, tokens, clock);
    return List.of(
        NativeApi.of(
            audit,
            agents,
            keys,
            sessions,
            archives,
            messages,
            live.follower(),
            live.watches(),
            tickets,
            new BatchAppender(authorizer, messages),
            runs,
            backups,
            EffectiveSettings.toWire(settings),
            retention,
            search == null ? null : search.useCase(),
            webhooks(tokens, audit, ids, clock),
            clock),
        GuayabaApi.of(sessions, archives, messages),
        GripApi.of(sessions, clock),
        PowabaseApi.of(sessions, runs, transcripts),
        FoundryApi.of(sessions, transcripts),
        OpenAIApi.of(authorizer, sessions, messages, clock, settings.openaiItemsMax()));
  }

  private WebhookService webhooks(PageTokens tokens, AuditLog audit, IdGenerator ids, Clock clock) {
    if (webhooks == null) {
      return WebhookService.off();
    }
    Webhooks useCase =
        new Webhooks(
            store,
            authorizer,
            tokens,
            audit,
            ids,
            new SecureRandom(),
            webhooks.targets(),
            webhooks::refresh,
            clock);
    return WebhookService.of(
        useCase,
        new Redelivery(store, useCase, tokens, ids, webhooks.sender(), new WebhookMapper(), clock));
  }

  /** The answers to readiness probes. */
  Readiness readiness() {
    return readiness;
  }

  /** Creates the server without starting it. */
  public Server build() {
    ServerBuilder builder = Server.builder();
    new Transport(settings).listen(builder, telemetry.metrics());
    configure(builder);
    return builder.build();
  }

  /** Adds everything but the port. */
  public void configure(ServerBuilder builder) {
    ApiCatalog catalog = new ApiCatalog(apis);
    RestErrors errors = new RestErrors(catalog);
    CallLimits limits = limits();
    CallPipeline pipeline =
        new CallPipeline(authenticator, tickets, authorizer, limits, settings.requestTimeout());
    Draining draining = new Draining();
    RestService rest =
        new RestService(
            pipeline,
            catalog,
            errors,
            settings.requestBytesMax(),
            settings.writeTimeout(),
            draining::isStopping);
    builder
        .errorHandler(new HttpErrorHandler(errors))
        .serverListener(draining)
        .rejectedRouteHandler(RejectedRouteHandler.FAIL)
        // The call pipeline logs internal errors. Errors of callers are not logged.
        .unloggedExceptionsReportInterval(Duration.ZERO)
        .gracefulShutdown(
            GracefulShutdown.builder().quietPeriod(QUIET_PERIOD).timeout(SHUTDOWN_TIMEOUT).build());
    Transport transport = new Transport(settings);
    transport.configure(builder);
    builder.serverListener(background());
    builder.service(
        grpc(new GrpcHandlers(pipeline, settings.writeTimeout())),
        delegate -> new GrpcEntry(delegate, pipeline, catalog, rest),
        delegate -> delegate.decorate(draining));
    HttpService decorated = rest.decorate(ENCODING).decorate(draining);
    builder.serviceUnder("/", decorated);
    // A body of lines can have any size. The service sets the limit for other bodies.
    builder.route().path("exact:" + AppendLines.PATH).maxRequestLength(0).build(decorated);
    PrometheusMeterRegistry metrics = telemetry.metrics();
    Gauge.builder("parley.calls.in.flight", limits.calls(), FairLimit::total)
        .description("Calls in flight.")
        .register(metrics);
    Gauge.builder("parley.bytes.in.flight", limits.bytes(), FairLimit::total)
        .baseUnit("bytes")
        .description("Request bodies and answers in memory.")
        .register(metrics);
    Gauge.builder("parley.store.writable", readiness, Readiness::writable)
        .description("Whether the store accepted a write at the last readiness probe: 1 or 0.")
        .register(metrics);
    builder
        .meterRegistry(metrics)
        .service("/metrics", PrometheusExpositionService.of(metrics.getPrometheusRegistry()))
        .service("/readyz", readiness);
    operations(builder, readiness.health());
    BrowserPages.addTo(builder, apis);
    // Decorators of all routes. The last one is the outermost.
    transport.allowOrigins(builder);
    builder.decorator(new CallObservation(telemetry.observers()));
  }

  /** Starts and stops background work. */
  private ServerListener background() {
    return ServerListener.builder()
        .whenStarted(
            server -> {
              keyUses.start();
              sweepers.forEach(Sweeper::start);
              live.start();
              if (search != null) {
                search.start();
              }
              if (webhooks != null) {
                webhooks.start();
              }
            })
        .whenStopping(
            server -> {
              if (webhooks != null) {
                webhooks.close();
              }
              live.stop();
              backups.close();
              sweepers.forEach(Sweeper::close);
            })
        .whenStopped(
            server -> {
              live.close();
              keyUses.close();
              if (users != null) {
                users.close();
              }
              // Last, so that the index has all changes.
              if (search != null) {
                search.close();
              }
            })
        .build();
  }

  private CallLimits limits() {
    RateLimit rate = settings.rateLimit();
    RateLimits limited = new RateLimits(rate.limitedApis());
    return new CallLimits(
        new FairLimit(settings.callsInFlightMax()),
        new FairLimit(settings.bytesInFlightMax()),
        new FailedLogins(settings.failedLoginsPerMinute()),
        limited,
        rate.otherApis().equals(rate.limitedApis()) ? limited : new RateLimits(rate.otherApis()));
  }

  private GrpcService grpc(GrpcHandlers handlers) {
    GrpcServiceBuilder grpc =
        GrpcService.builder()
            .supportedSerializationFormats(GrpcSerializationFormats.values())
            .jsonMarshallerFactory(service -> new GrpcJson())
            .exceptionHandler(GrpcFaults.INSTANCE)
            // Needed by the pages under /docs, whose requests go to the REST transport.
            .enableUnframedRequests(true);
    for (ApiDefinition api : apis) {
      for (ServiceHandlers service : api.services()) {
        grpc.addService(handlers.define(service));
      }
    }
    return grpc.build();
  }

  private static GrpcServiceBuilder openService(BindableService service) {
    return GrpcService.builder()
        .supportedSerializationFormats(BINARY)
        .exceptionHandler(GrpcFaults.INSTANCE)
        .maxRequestMessageLength(SmallRequests.BYTES_MAX)
        .addService(service);
  }

  /** Services for operators. They need no credential, because they contain no data of users. */
  @SuppressWarnings("deprecation") // Older versions of grpcurl use v1alpha.
  private static void operations(ServerBuilder builder, ListenableHealthChecker health) {
    builder
        .service(
            openService(ProtoReflectionServiceV1.newInstance())
                .useClientTimeoutHeader(false)
                .build(),
            SmallRequests::new)
        .service(
            openService(io.grpc.protobuf.services.ProtoReflectionService.newInstance())
                .useClientTimeoutHeader(false)
                .build(),
            SmallRequests::new)
        .service(openService(GrpcHealthCheckService.of(health)).build(), SmallRequests::new)
        .service("/healthz", HealthCheckService.of());
  }
}
