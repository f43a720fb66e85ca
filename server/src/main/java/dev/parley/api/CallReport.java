package dev.parley.api;

import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.auth.Principal;
import org.jspecify.annotations.Nullable;

/**
 * A call that was answered.
 *
 * @param ctx Armeria's context of it
 * @param log Armeria's record of it: times, sizes, status
 * @param target what was called
 * @param grpc whether it came over gRPC rather than REST
 * @param outcome {@code OK}, the name of the {@link dev.parley.model.ErrorReason} that it was
 *     refused with, or {@code CANCELLED} if its caller went away
 * @param requestId what names it in logs and to its caller
 * @param caller who called; null if that was not found out
 */
public record CallReport(
    ServiceRequestContext ctx,
    RequestLog log,
    CallTarget target,
    boolean grpc,
    String outcome,
    String requestId,
    @Nullable Principal caller) {
  /** The outcome of a call that went well. */
  public static final String OK = "OK";
}
