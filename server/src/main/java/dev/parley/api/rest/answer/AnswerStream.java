package dev.parley.api.rest.answer;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.http.HttpFaults;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A response that is sent in pieces. A piece is written after the client has read the previous one,
 * so at most two pieces are in memory. A client that reads nothing for the write timeout is
 * disconnected.
 */
public final class AnswerStream {
  private final ServiceRequestContext ctx;
  private final Duration writeTimeout;
  private final HttpResponseWriter response = HttpResponse.streaming();

  /**
   * Starts a response.
   *
   * @param writeTimeout the maximum time in which a client reads nothing
   */
  public AnswerStream(ServiceRequestContext ctx, ResponseHeaders headers, Duration writeTimeout) {
    this.ctx = ctx;
    this.writeTimeout = writeTimeout;
    // The duration depends only on the client.
    ctx.clearRequestTimeout();
    response.write(headers);
  }

  /** The response to return to the client. */
  public HttpResponse response() {
    return response;
  }

  /**
   * Writes a piece. Completes when the next one may be written; fails if the client has
   * disconnected.
   */
  public CompletableFuture<Void> write(HttpData piece) {
    if (!response.tryWrite(piece)) {
      return CompletableFuture.failedFuture(ClosedStreamException.get());
    }
    CompletableFuture<Void> consumed = response.whenConsumed();
    if (consumed.isDone()) {
      return consumed;
    }
    ScheduledFuture<?> timer =
        ctx.eventLoop()
            .schedule(
                () -> abort(CallErrors.deadlineExceeded()),
                writeTimeout.toMillis(),
                TimeUnit.MILLISECONDS);
    return consumed.whenComplete((unused, failure) -> timer.cancel(false));
  }

  /** Completes the response. */
  public void end() {
    response.close();
  }

  /** Completes the response, and logs why it has no more pieces. */
  public void end(Throwable cause) {
    ctx.logBuilder().responseCause(HttpFaults.of(ctx, cause));
    response.close();
  }

  /** Aborts the response. The client sees that it is incomplete. */
  public void abort(Throwable cause) {
    ctx.logBuilder().responseCause(HttpFaults.of(ctx, cause));
    // Armeria logs other exceptions with a stack trace.
    response.abort(ClosedStreamException.get());
  }
}
