package dev.parley.app.server;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerListenerAdapter;
import com.linecorp.armeria.server.ServiceRequestContext;

/**
 * Rejects new calls while the server stops. Without it, Armeria accepts calls until there is a
 * quiet period, which never comes under load, and then aborts the calls in flight.
 */
final class Draining extends ServerListenerAdapter implements DecoratingHttpServiceFunction {
  private volatile boolean stopping;

  /** Whether the server stops. */
  boolean isStopping() {
    return stopping;
  }

  @Override
  public void serverStopping(Server server) {
    stopping = true;
  }

  @Override
  public HttpResponse serve(HttpService delegate, ServiceRequestContext ctx, HttpRequest req)
      throws Exception {
    if (!stopping) {
      return delegate.serve(ctx, req);
    }
    throw HttpStatusException.of(HttpStatus.SERVICE_UNAVAILABLE);
  }
}
