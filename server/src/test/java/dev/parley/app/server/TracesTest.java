package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import dev.parley.config.Setting;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Servers;
import dev.parley.testing.Waiting;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces that a collector receives by OTLP. */
class TracesTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  @TempDir private Path folder;
  private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
  private final Queue<String> secrets = new ConcurrentLinkedQueue<>();
  private Server collector;

  @BeforeEach
  void collect() {
    collector =
        Server.builder()
            .service(
                "/v1/traces",
                (ctx, req) ->
                    HttpResponse.of(
                        req.aggregate()
                            .thenApply(
                                sent -> {
                                  secrets.add(String.valueOf(sent.headers().get("x-secret")));
                                  take(sent.content().array());
                                  return HttpResponse.of(HttpStatus.OK);
                                })))
            .build();
    collector.start().join();
  }

  @AfterEach
  void stop() {
    Servers.stop(collector);
  }

  private void take(byte[] sent) {
    try {
      ExportTraceServiceRequest.parseFrom(sent).getResourceSpansList().stream()
          .flatMap(resource -> resource.getScopeSpansList().stream())
          .forEach(scope -> spans.addAll(scope.getSpansList()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The span of a call is a child of the caller's span. Spans of the store are children of the
   * call.
   */
  @Test
  void call_named_isOneTraceWithWhatTheStoreDid() {
    try (ServerFixture server = start("1")) {
      UUID agent = server.agent("acme");
      server.send(
          request ->
              request
                  .header("Authorization", "Bearer " + server.rootKey())
                  .header("Content-Type", "application/json")
                  .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01")
                  .header("x-request-id", "trace-me")
                  .POST(
                      java.net.http.HttpRequest.BodyPublishers.ofString(
                          """
                          {"key": "k", "createIfMissing": true,
                           "messages": [{"role": "USER", "content": "swordfish"}]}
                          """)),
          "/v1/agents/" + agent + "/messages:append");
      Waiting.until(() -> ofTrace().size() >= 3, () -> "spans: " + spans);

      Span call = named("parley.v1.SessionService/AppendMessages");
      assertThat(hex(call.getParentSpanId().toByteArray())).isEqualTo(CALLER);
      assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
      assertThat(attribute(call, "parley.request_id")).isEqualTo("trace-me");
      assertThat(attribute(call, "parley.outcome")).isEqualTo("OK");
      assertThat(named("wait").getParentSpanId()).isEqualTo(call.getSpanId());
      assertThat(named("commit").getParentSpanId()).isEqualTo(call.getSpanId());
      assertThat(named("wait").getEndTimeUnixNano())
          .isLessThanOrEqualTo(named("commit").getStartTimeUnixNano());
      assertThat(spans.toString()).doesNotContain("swordfish", server.rootKey());
      assertThat(secrets).containsOnly("s3cret");
    }
  }

  /** Only calls with the header {@code traceparent} are traced. */
  @Test
  void call_ratioZero_tracedIfCallerSaysSo() {
    try (ServerFixture server = start("0")) {
      server.send("GET", "/v1/agents", server.rootKey(), null);
      server.send(
          request ->
              request
                  .header("Authorization", "Bearer " + server.rootKey())
                  .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01"),
          "/v1/agents");
      Waiting.until(() -> !ofTrace().isEmpty(), () -> "a span");

      assertThat(spans).hasSameSizeAs(ofTrace());
    }
  }

  /** Readiness checks use the store, which can add spans below those of the calls. */
  @Test
  void probes_tracedOnlyIfCallerSaysSo() {
    List<String> probes = List.of("/healthz", "/readyz", "/metrics");
    try (ServerFixture server = start("1")) {
      probes.forEach(path -> server.send("GET", path, null, null));
      HealthGrpc.newBlockingStub(server.channel()).check(HealthCheckRequest.getDefaultInstance());
      for (String path : probes) {
        server.send(
            request -> request.header("traceparent", "00-" + TRACE + "-" + CALLER + "-01"), path);
      }
      server.send("GET", "/v1/agents", server.rootKey(), null);
      Waiting.until(
          () ->
              calls(ofTrace()).size() >= probes.size()
                  && spans.stream().anyMatch(span -> span.getName().endsWith("/ListAgents")),
          () -> "spans: " + spans);
    }
    assertThat(calls(ofTrace())).hasSize(probes.size());
    assertThat(calls(spans)).hasSize(probes.size() + 1);
  }

  /**
   * The expected number depends on how long the calls took, so a slow machine does not fail the
   * test.
   */
  @Test
  void refusals_moreThanTenASecond_fewTraced() {
    int refused = 200;
    long began = System.nanoTime();
    try (ServerFixture server = start("1")) {
      // Keys of this form are looked up in the store.
      for (int i = 0; i < refused; i++) {
        server.send("GET", "/v1/agents", "g_agent_%048x".formatted(i), null);
      }
      server.send("GET", "/v1/agents", server.rootKey(), null);
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + 1;

    assertThat(outcomes("OK")).isEqualTo(1);
    assertThat(spans.stream().filter(span -> attribute(span, "parley.outcome").isEmpty()))
        .as("spans of the store belong to the call that was served")
        .allMatch(span -> span.getTraceId().equals(traceOf("OK")));
    assertThat(outcomes("CREDENTIAL_INVALID"))
        .isPositive()
        .isLessThanOrEqualTo(Math.min(refused, 10 * (seconds + 1)));
  }

  private ByteString traceOf(String outcome) {
    return spans.stream()
        .filter(span -> attribute(span, "parley.outcome").equals(outcome))
        .findFirst()
        .orElseThrow()
        .getTraceId();
  }

  private long outcomes(String outcome) {
    return spans.stream().filter(span -> attribute(span, "parley.outcome").equals(outcome)).count();
  }

  private static List<Span> calls(Collection<Span> spans) {
    return spans.stream().filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER).toList();
  }

  private ServerFixture start(String ratio) {
    return ServerFixture.in(folder)
        .flag(
            Setting.OTLP_ENDPOINT, "http://127.0.0.1:" + collector.activeLocalPort() + "/v1/traces")
        .flag(Setting.OTLP_HEADERS, "x-secret=s3cret")
        .flag(Setting.TRACE_RATIO, ratio)
        .start();
  }

  private List<Span> ofTrace() {
    return spans.stream()
        .filter(span -> hex(span.getTraceId().toByteArray()).equals(TRACE))
        .toList();
  }

  private Span named(String name) {
    return ofTrace().stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  private static String attribute(Span span, String key) {
    return span.getAttributesList().stream()
        .filter(each -> each.getKey().equals(key))
        .map(each -> each.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
