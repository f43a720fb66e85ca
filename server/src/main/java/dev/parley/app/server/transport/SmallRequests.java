package dev.parley.app.server.transport;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceOptions;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;

/**
 * Limits the requests of services that anybody may call without a credential. Their real requests
 * have less than a kibibyte.
 */
public final class SmallRequests extends SimpleDecoratingHttpService {
  /** The most bytes of one request, and of one message of a stream. */
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
