package dev.parley.api.http;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;

/**
 * A call that has ended.
 *
 * @param ctx Armeria's context of the call
 * @param log Armeria's record of the call: times, sizes, status
 * @param target what was called
 * @param grpc whether it came over gRPC rather than REST
 * @param outcome {@code OK}, the name of the {@link dev.parley.model.ErrorReason} that it failed
 *     with, or {@code CANCELLED} if its caller went away
 * @param requestId names the call in logs and to its caller
 * @param caller the identity of the caller; null if it was not authenticated
 */
public record CallReport(
    ServiceRequestContext ctx,
    RequestLog log,
    CallTarget target,
    boolean grpc,
    String outcome,
    String requestId,
    @Nullable String caller) {
  /** The outcome of a call that succeeded. */
  public static final String OK = "OK";

  private static final String CANCELLED = "CANCELLED";

  static CallReport of(ServiceRequestContext ctx, RequestLog log) {
    return new CallReport(
        ctx,
        log,
        CallTarget.of(ctx, log),
        GrpcRequests.isGrpc(ctx.request().headers()),
        outcome(log),
        RequestId.of(ctx),
        log.authenticatedUser());
  }

  private static String outcome(RequestLog log) {
    if (log.responseCause() instanceof SessionException failure) {
      return failure.reason().name();
    }
    HttpStatus status = log.responseStatus();
    if (log.responseCause() != null || status.equals(HttpStatus.UNKNOWN)) {
      return CANCELLED;
    }
    boolean succeeded = status.code() < HttpStatus.BAD_REQUEST.code();
    return succeeded ? OK : HttpFaults.ofStatus(status).reason().name();
  }
}
