package dev.parley.api;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;

/**
 * Makes REST answers that succeed what their face says: its headers and the status of the proto,
 * nothing that is gRPC's, and no type for a body that is not there. {@link RestErrors} does its
 * part for those that fail.
 */
public final class RestResponses extends SimpleDecoratingHttpService {
  private static final String GRPC_PREFIX = "grpc-";

  private final RestErrors errors;

  public RestResponses(HttpService delegate, RestErrors errors) {
    super(delegate);
    this.errors = errors;
  }

  /** A REST answer is sent whole, which Armeria would not expect of its transcoder. */
  @Override
  public ExchangeType exchangeType(RoutingContext routing) {
    return GrpcRequests.isGrpc(routing.headers())
        ? super.exchangeType(routing)
        : ExchangeType.REQUEST_STREAMING;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) throws Exception {
    HttpResponse response = unwrap().serve(ctx, req);
    if (GrpcRequests.isGrpc(req.headers())) {
      return response;
    }
    MethodPlan plan = MethodPlan.ofRoute(ctx);
    HttpStatus success = plan == null ? HttpStatus.OK : plan.successStatus();
    AnswerHeaders added = errors.faceOf(ctx.path()).headers();
    HttpResponse answer =
        response.mapHeaders(
            headers ->
                headers.status().equals(HttpStatus.OK)
                    ? succeeded(headers, success, added)
                    : clean(headers).build());
    return success.isContentAlwaysEmpty() ? withoutContent(answer) : answer;
  }

  private static ResponseHeaders succeeded(
      ResponseHeaders headers, HttpStatus status, AnswerHeaders added) {
    ResponseHeadersBuilder answer = clean(headers).status(status);
    added.addTo(answer);
    return answer.build();
  }

  private static ResponseHeadersBuilder clean(ResponseHeaders headers) {
    ResponseHeadersBuilder clean = headers.toBuilder();
    headers.forEach(
        (name, value) -> {
          if (name.startsWith(GRPC_PREFIX)) {
            clean.remove(name);
          }
        });
    if (headers.contentLength() == 0) {
      clean.remove(HttpHeaderNames.CONTENT_TYPE);
    }
    return clean;
  }

  /** Drops the body of an answer whose status has none; one that fails keeps its own. */
  private static HttpResponse withoutContent(HttpResponse answer) {
    return HttpResponse.of(
        answer
            .aggregate()
            .thenApply(
                whole ->
                    whole.status().isContentAlwaysEmpty()
                        ? HttpResponse.of(bare(whole))
                        : whole.toHttpResponse()));
  }

  private static ResponseHeaders bare(AggregatedHttpResponse whole) {
    return whole.headers().toBuilder()
        .removeAndThen(HttpHeaderNames.CONTENT_TYPE)
        .removeAndThen(HttpHeaderNames.CONTENT_LENGTH)
        .build();
  }
}
