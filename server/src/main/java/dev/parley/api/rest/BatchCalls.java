package dev.parley.api.rest;

import com.google.protobuf.Message;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.Call;
import dev.parley.api.call.CallPipeline;
import dev.parley.api.call.Decoded;
import dev.parley.api.call.Handler;
import dev.parley.api.call.OpenCall;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.rest.lines.AppendLines;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.BatchAppendMessagesRequest;
import dev.parley.proto.v1.BatchAppendMessagesResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs each batch of a long request as a call of its own. So each is authenticated, counted by the
 * rate limits and has the deadline of a call.
 */
final class BatchCalls implements AppendLines.Appender {
  private final RestService.Setup setup;
  private final CallPipeline.Head head;
  private final ServiceRequestContext ctx;
  private volatile @Nullable OpenCall running;

  BatchCalls(RestService.Setup setup, CallPipeline.Head head, ServiceRequestContext ctx) {
    this.setup = setup;
    this.head = head;
    this.ctx = ctx;
    var unused = ctx.log().whenComplete().thenRun(this::cancel);
  }

  @Override
  public CompletableFuture<BatchAppendMessagesResponse> append(BatchAppendMessagesRequest request) {
    if (setup.stopping().getAsBoolean()) {
      return CompletableFuture.failedFuture(
          new SessionException(ErrorReason.UNAVAILABLE, "The server is stopping."));
    }
    return setup.pipeline().open(head).thenCompose(call -> append(call, request));
  }

  private CompletableFuture<BatchAppendMessagesResponse> append(
      OpenCall call, BatchAppendMessagesRequest request) {
    running = call;
    if (ctx.log().isComplete()) {
      cancel();
    }
    // Results are encoded on another thread, so that the writer thread can continue.
    return CompletableFuture.completedFuture(request)
        .thenCompose(valid -> invoke(call.call(), valid))
        .orTimeout(call.call().deadlineNanos() - System.nanoTime(), TimeUnit.NANOSECONDS)
        .thenApplyAsync(response -> (BatchAppendMessagesResponse) response.get(), ctx.eventLoop())
        .exceptionallyComposeAsync(BatchCalls::failed, ctx.eventLoop())
        .whenComplete((response, failure) -> call.close());
  }

  @SuppressWarnings("unchecked")
  private CompletableFuture<Supplier<Message>> invoke(
      Call call, BatchAppendMessagesRequest request) {
    return setup
        .pipeline()
        .invoke(
            call,
            (Handler.Unary<Message, Message>) head.rpc().handler(),
            new Decoded<Message>(request, null, List.of()));
  }

  private static CompletableFuture<BatchAppendMessagesResponse> failed(Throwable thrown) {
    return CompletableFuture.failedFuture(
        CallErrors.peel(thrown) instanceof TimeoutException
            ? CallErrors.deadlineExceeded(false)
            : thrown);
  }

  private void cancel() {
    OpenCall call = running;
    if (call != null) {
      call.close();
    }
  }
}
