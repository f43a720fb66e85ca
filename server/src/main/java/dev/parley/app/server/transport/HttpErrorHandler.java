package dev.parley.app.server.transport;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.call.error.FailedCall;
import dev.parley.api.grpc.GrpcErrors;
import dev.parley.api.http.GrpcRequests;
import dev.parley.api.http.HttpFaults;
import dev.parley.api.http.RequestId;
import dev.parley.api.rest.RestErrors;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import org.jspecify.annotations.Nullable;

/** Answers errors that Armeria detects or that no transport has handled. */
public final class HttpErrorHandler implements ServerErrorHandler {
  private final RestErrors rest;

  public HttpErrorHandler(RestErrors rest) {
    this.rest = rest;
  }

  @Override
  public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
    SessionException failure = HttpFaults.of(ctx, cause);
    if (failure.reason() == ErrorReason.REQUEST_TOO_LARGE && !ctx.sessionProtocol().isMultiplex()) {
      // The connection is no longer read, so the request would stay open until its timeout.
      ctx.request().abort(failure);
    }
    RequestHeaders headers = ctx.request().headers();
    if (!GrpcRequests.isGrpc(headers)) {
      return rest.render(ctx, failure, null);
    }
    ctx.logBuilder().responseCause(failure);
    return GrpcErrors.toResponse(failure, headers).toHttpResponse();
  }

  /** Answers a request whose path or headers are malformed, so that no service handles it. */
  @Override
  public @Nullable AggregatedHttpResponse onProtocolViolation(
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return renderStatus(null, config, headers, status, description, cause);
  }

  @Override
  public @Nullable AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext ctx,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    SessionException failure =
        status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
            ? CallErrors.tooLarge(config.maxRequestLength())
            : HttpFaults.ofStatus(status);
    if (headers != null && GrpcRequests.isGrpc(headers)) {
      return GrpcErrors.toResponse(failure, headers);
    }
    String target = headers == null ? "/" : headers.path();
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    AggregatedHttpResponse answer = rest.render(new FailedCall(failure, path, null));
    // A request that was not routed has no id yet.
    return ctx != null
        ? answer
        : AggregatedHttpResponse.of(
            answer.headers().withMutations(h -> h.set(RequestId.HEADER, RequestId.of(headers))),
            answer.content());
  }
}
