package dev.parley.api.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.List;

/** Assigns the id of every request, and notifies observers of its start and end. */
public final class CallObservation implements DecoratingHttpServiceFunction {
  private final List<CallObserver> observers;

  public CallObservation(List<CallObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  @Override
  public HttpResponse serve(HttpService delegate, ServiceRequestContext ctx, HttpRequest req)
      throws Exception {
    RequestId.assign(ctx, req.headers());
    for (CallObserver observer : observers) {
      observer.began(ctx);
    }
    var unused =
        ctx.log()
            .whenComplete()
            .thenAccept(
                log -> {
                  CallReport report = CallReport.of(ctx, log);
                  for (CallObserver observer : observers) {
                    observer.ended(report);
                  }
                });
    return delegate.serve(ctx, req);
  }
}
