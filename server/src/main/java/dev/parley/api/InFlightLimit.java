package dev.parley.api;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Refuses calls while as many as may be are in flight: before anything is looked up or read, so
 * that a refusal costs little, and those that were taken on are answered soon.
 */
public final class InFlightLimit implements DecoratingHttpServiceFunction {
  private static final MediaType GRPC = MediaType.parse("application/grpc");
  private static final SessionException REFUSAL =
      new SessionException(ErrorReason.OVERLOADED, "Too many calls are in flight.");

  /** To most gRPC callers: it is the same each time, and made when there is no time to spare. */
  private static final AggregatedHttpResponse TO_GRPC =
      GrpcRefusals.of(
          REFUSAL, RequestHeaders.builder(HttpMethod.POST, "/").contentType(GRPC).build());

  private final int max;
  private final RestErrors errors;
  private final AtomicInteger inFlight = new AtomicInteger();

  /**
   * Counts the calls of all services that it is put around.
   *
   * @param max how many may be in flight, at least 1
   */
  public InFlightLimit(int max, RestErrors errors) {
    this.max = max;
    this.errors = errors;
  }

  /** How many calls are in flight. */
  public int inFlight() {
    return inFlight.get();
  }

  @Override
  public HttpResponse serve(HttpService delegate, ServiceRequestContext ctx, HttpRequest req)
      throws Exception {
    if (inFlight.incrementAndGet() > max) {
      inFlight.decrementAndGet();
      return refuse(ctx, req);
    }
    try {
      HttpResponse answer = delegate.serve(ctx, req);
      // Until it is made, not sent: who does not read an answer must not keep others from theirs.
      var unused = answer.whenComplete().handle((none, failure) -> inFlight.decrementAndGet());
      return answer;
    } catch (Throwable e) {
      inFlight.decrementAndGet();
      throw e;
    }
  }

  private HttpResponse refuse(ServiceRequestContext ctx, HttpRequest req) {
    if (!GrpcRequests.isGrpc(req.headers())) {
      return errors.render(ctx, REFUSAL);
    }
    CallState.of(ctx).failure(REFUSAL);
    AggregatedHttpResponse refusal =
        GRPC.equals(req.contentType()) ? TO_GRPC : GrpcRefusals.of(REFUSAL, req.headers());
    return refusal.toHttpResponse();
  }
}
