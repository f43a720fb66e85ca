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
 * Refuses new calls once the server stops. Armeria alone would go on taking them until there is a
 * pause, which under load there is not, and then cut off whatever is in flight.
 */
final class Draining extends ServerListenerAdapter implements DecoratingHttpServiceFunction {
  private volatile boolean stopping;

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
