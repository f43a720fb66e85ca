package dev.parley.api;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;

/** Takes what is gRPC's out of REST answers, and the type of a body that is not there. */
public final class RestResponses implements DecoratingHttpServiceFunction {
  private static final String GRPC_PREFIX = "grpc-";

  @Override
  public HttpResponse serve(HttpService delegate, ServiceRequestContext ctx, HttpRequest req)
      throws Exception {
    HttpResponse response = delegate.serve(ctx, req);
    return GrpcRequests.isGrpc(req.headers())
        ? response
        : response.mapHeaders(RestResponses::clean);
  }

  private static ResponseHeaders clean(ResponseHeaders headers) {
    ResponseHeadersBuilder clean = headers.toBuilder();
    headers.names().stream()
        .filter(name -> name.toString().startsWith(GRPC_PREFIX))
        .forEach(clean::remove);
    if (headers.contentLength() == 0) {
      clean.remove(HttpHeaderNames.CONTENT_TYPE);
    }
    return clean.build();
  }
}
