package dev.parley.telemetry;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.http.CallObserver;
import dev.parley.api.http.CallReport;
import dev.parley.api.http.CallerIdentity;
import io.netty.util.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Creates a span for each call. Its parent is the span in the {@code traceparent} header. Probes
 * and scrapes have a span only if they have this header, because they come every few seconds. Of
 * refused calls, {@link RefusalSampler} chooses a part.
 */
final class Spans implements CallObserver {
  private static final Set<String> PROBES = Set.of("/healthz", "/readyz", "/metrics");
  private static final String HEALTH_CHECKS = "/grpc.health.v1.Health/";
  private static final String PARENT = "traceparent";
  private static final AttributeKey<Span> SPAN = AttributeKey.valueOf(Spans.class, "SPAN");

  private final Tracer tracer;
  private final RefusalSampler refusals;

  Spans(Tracer tracer, RefusalSampler refusals) {
    this.tracer = tracer;
    this.refusals = refusals;
  }

  @Override
  public void began(ServiceRequestContext ctx) {
    if (isProbe(ctx.path()) && !ctx.request().headers().contains(PARENT)) {
      return;
    }
    Context parent =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), ctx.request().headers(), Headers.INSTANCE);
    // The RPC is known only at the end of the call.
    Span span =
        tracer.spanBuilder("call").setParent(parent).setSpanKind(SpanKind.SERVER).startSpan();
    ctx.setAttr(SPAN, span);
  }

  @Override
  public void ended(CallReport report) {
    Span span = report.ctx().attr(SPAN);
    if (span == null || !span.isRecording()) {
      return;
    }
    if (!refusals.isTraced(report.outcome())) {
      // Only ended spans are exported.
      return;
    }
    span.updateName(report.target().rpc()).setAttribute("parley.api", report.target().api());
    if (report.grpc()) {
      span.setAttribute("rpc.system", "grpc").setAttribute("rpc.method", report.target().rpc());
    } else {
      span.setAttribute("http.request.method", report.ctx().method().name())
          .setAttribute("http.route", report.ctx().config().route().patternString())
          .setAttribute("http.response.status_code", report.log().responseStatus().code());
    }
    span.setAttribute("parley.request_id", report.requestId())
        .setAttribute("parley.outcome", report.outcome());
    boolean serverError =
        switch (report.outcome()) {
          case "INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED", "OVERLOADED" -> true;
          default -> false;
        };
    if (serverError) {
      span.setStatus(StatusCode.ERROR, report.outcome());
    }
    span.end();
  }

  private static boolean isProbe(String path) {
    return PROBES.contains(path) || path.startsWith(HEALTH_CHECKS);
  }

  /**
   * Returns the span of the current thread's call; null if there is no call, if it is not traced,
   * or if it is not authenticated yet, because a refused call may not be exported.
   */
  static @Nullable Span current() {
    ServiceRequestContext ctx = ServiceRequestContext.currentOrNull();
    if (ctx == null || CallerIdentity.of(ctx) == null) {
      return null;
    }
    Span span = ctx.attr(SPAN);
    return span == null || !span.isRecording() ? null : span;
  }

  /** Starts a span for a part of a call. */
  Span child(Span call, String name, String queue) {
    return tracer
        .spanBuilder(name)
        .setParent(Context.root().with(call))
        .setAttribute("parley.queue", queue)
        .startSpan();
  }

  private enum Headers implements TextMapGetter<RequestHeaders> {
    INSTANCE;

    @Override
    public Iterable<String> keys(RequestHeaders headers) {
      return headers.names().stream().map(CharSequence::toString).toList();
    }

    @Override
    public @Nullable String get(@Nullable RequestHeaders headers, String name) {
      return headers == null ? null : headers.get(name);
    }
  }
}
