package dev.parley.api.rest;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.http.InvalidTarget;

/** Returns the path of a request as it was sent, with percent-encoding. */
final class RequestPaths {
  private RequestPaths() {}

  static String raw(ServiceRequestContext ctx) {
    String invalid = InvalidTarget.of(ctx);
    if (invalid != null) {
      return InvalidTarget.path(invalid);
    }
    String target = ctx.rawPath();
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }
}
