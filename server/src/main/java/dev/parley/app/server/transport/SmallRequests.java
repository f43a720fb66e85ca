package dev.parley.app.server.transport;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceOptions;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;

/**
 * Limits the request size of services that need no credential. Valid requests to them are smaller
 * than 1 KiB.
 */
public final class SmallRequests extends SimpleDecoratingHttpService {
  /** Maximum size in bytes of one request, and of one message of a stream. */
  public static final int BYTES_MAX = 64 * 1024;

  private static final ServiceOptions OPTIONS =
      ServiceOptions.builder().maxRequestLength(BYTES_MAX).build();

  public SmallRequests(HttpService delegate) {
    super(delegate);
  }

  @Override
  public ServiceOptions options() {
    return OPTIONS;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) throws Exception {
    return unwrap().serve(ctx, req);
  }
}
