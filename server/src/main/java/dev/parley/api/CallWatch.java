package dev.parley.api;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.model.SessionException;
import java.util.List;

/**
 * Gives every call its request id, which its caller may bring and is told, and tells observers of
 * it.
 */
public final class CallWatch implements DecoratingHttpServiceFunction {
  private static final String CANCELLED = "CANCELLED";

  private final List<CallObserver> observers;

  public CallWatch(List<CallObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  @Override
  public HttpResponse serve(HttpService delegate, ServiceRequestContext ctx, HttpRequest req)
      throws Exception {
    RequestId.assign(ctx, req.headers());
    for (CallObserver observer : observers) {
      observer.began(ctx);
    }
    var unused = ctx.log().whenComplete().thenAccept(log -> tell(ctx, log));
    return delegate.serve(ctx, req);
  }

  private void tell(ServiceRequestContext ctx, RequestLog log) {
    CallState state = CallState.of(ctx);
    CallReport report =
        new CallReport(
            ctx,
            log,
            CallTarget.of(ctx),
            GrpcRequests.isGrpc(ctx.request().headers()),
            outcome(state, log),
            state.requestId(),
            state.caller());
    for (CallObserver observer : observers) {
      observer.ended(report);
    }
  }

  private static String outcome(CallState state, RequestLog log) {
    SessionException failure = state.failure();
    if (failure != null) {
      return failure.reason().name();
    }
    HttpStatus status = log.responseStatus();
    if (log.responseCause() != null || status.equals(HttpStatus.UNKNOWN)) {
      return CANCELLED;
    }
    boolean well = status.code() < HttpStatus.BAD_REQUEST.code();
    return well ? CallReport.OK : Failures.ofStatus(status).reason().name();
  }
}
