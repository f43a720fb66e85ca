package dev.parley.api.http;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;

/**
 * A completed call.
 *
 * @param ctx Armeria's context of the call
 * @param log Armeria's log of the call: times, sizes, status
 * @param target the API and RPC of the call
 * @param grpc whether the transport is gRPC; otherwise it is REST
 * @param outcome {@code OK}, the name of the {@link dev.parley.model.ErrorReason}, or {@code
 *     CANCELLED} if the client disconnected
 * @param requestId the id of the call in logs and responses
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
  /** The outcome of a successful call. */
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
        CallerIdentity.of(ctx));
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
