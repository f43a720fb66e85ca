package dev.parley.app;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerListenerAdapter;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;

/**
 * Refuses new calls once the server stops. Armeria alone would go on taking them until there is a
 * pause, which under load there is not, and then cut off whatever is in flight.
 */
final class Draining extends ServerListenerAdapter implements DecoratingHttpServiceFunction {
  private static final ResponseHeaders GRPC_ANSWER =
      ResponseHeaders.builder(HttpStatus.OK)
          .contentType(MediaType.parse("application/grpc"))
          .setInt("grpc-status", Status.Code.UNAVAILABLE.value())
          .set("grpc-message", "The server is stopping.")
          .endOfStream(true)
          .build();

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
    MediaType type = req.contentType();
    if (type != null && type.subtype().equals("grpc")) {
      return HttpResponse.of(GRPC_ANSWER);
    }
    throw HttpStatusException.of(HttpStatus.SERVICE_UNAVAILABLE);
  }
}
