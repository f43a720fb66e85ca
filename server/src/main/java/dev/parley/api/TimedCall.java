package dev.parley.api;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call that is closed with {@code DEADLINE_EXCEEDED} when its time is up, after which what its
 * handler still sends is dropped. Touched on its event loop only.
 *
 * <p>One that answers with a stream may take as long as it does, up to its caller's own deadline.
 *
 * <p>Armeria's own timeout takes the stream away from under the answer: it only backs this up, and
 * is {@link Admission#GRACE} longer.
 */
final class TimedCall<Q, S> extends SimpleForwardingServerCall<Q, S> {
  private static final String DEADLINE_HEADER = "grpc-timeout";

  private final ServiceRequestContext ctx;
  private final @Nullable ScheduledFuture<?> timer;
  private boolean closed;

  /**
   * Starts the time of a call.
   *
   * @param timeout how long it may take, if it answers once; a caller's own deadline may end it
   *     before
   */
  TimedCall(ServiceRequestContext ctx, ServerCall<Q, S> call, Duration timeout) {
    super(call);
    this.ctx = ctx;
    if (!call.getMethodDescriptor().getType().serverSendsOneMessage()) {
      if (!hasDeadline(ctx.request().headers())) {
        ctx.clearRequestTimeout();
      }
      timer = null;
      return;
    }
    timer = ctx.eventLoop().schedule(this::expire, timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static boolean hasDeadline(RequestHeaders headers) {
    return GrpcRequests.isGrpc(headers) && headers.contains(DEADLINE_HEADER);
  }

  /** Closes the call with what to tell of {@code thrown}. */
  void fail(Throwable thrown) {
    if (closed) {
      return;
    }
    StatusRuntimeException failure = Failures.toGrpc(ctx, thrown);
    Metadata trailers = failure.getTrailers();
    close(failure.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  private void expire() {
    fail(
        new SessionException(
            ErrorReason.DEADLINE_EXCEEDED, "The call took longer than its deadline."));
  }

  /** The call has ended, whoever ended it. */
  void end() {
    closed = true;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void sendHeaders(Metadata headers) {
    if (!closed) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public void sendMessage(S message) {
    if (!closed) {
      super.sendMessage(message);
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (!closed) {
      end();
      super.close(status, trailers);
    }
  }
}
