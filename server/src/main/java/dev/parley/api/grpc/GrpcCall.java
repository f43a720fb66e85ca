package dev.parley.api.grpc;

import com.google.protobuf.Message;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.CallPipeline;
import dev.parley.api.call.Decoded;
import dev.parley.api.call.Handler;
import dev.parley.api.call.OpenCall;
import dev.parley.api.call.StreamItem;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.http.HttpFaults;
import dev.parley.api.json.RequestValidator;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Processes one gRPC call, on its event loop. */
final class GrpcCall<Q extends Message, S extends Message> extends ServerCall.Listener<Q> {
  /** The native API has paged RPCs with the same names as the RPCs of the other APIs. */
  private static final String PAGED_SERVICE = "parley.v1.SessionService/";

  /** Smaller messages are sent uncompressed even if the caller requests compression. */
  private static final int COMPRESSED_BYTES_MIN = 1024;

  /** Larger responses can wait for a client that does not read. */
  private static final int LARGE_ANSWER_BYTES = 64 * 1024;

  private final CallPipeline pipeline;
  private final Handler<Q, S> handler;
  private final ServerCall<Q, S> call;
  private final Duration writeTimeout;
  private final ServiceRequestContext ctx = ServiceRequestContext.current();
  private final OpenCall open = GrpcEntry.open(ctx);
  private final @Nullable ScheduledFuture<?> timer;
  private @Nullable Q request;
  private @Nullable GrpcStream<S> stream;
  private boolean closed;

  GrpcCall(
      CallPipeline pipeline, Handler<Q, S> handler, ServerCall<Q, S> call, Duration writeTimeout) {
    this.pipeline = pipeline;
    this.handler = handler;
    this.call = call;
    this.writeTimeout = writeTimeout;
    // A stream has no deadline.
    timer =
        handler instanceof Handler.Streaming
            ? null
            : ctx.eventLoop()
                .schedule(
                    () -> fail(CallErrors.deadlineExceeded(handler.method().isSafe())),
                    open.call().deadlineNanos() - System.nanoTime(),
                    TimeUnit.NANOSECONDS);
    call.request(2);
  }

  @Override
  public void onMessage(Q message) {
    request = message;
    if (GrpcHeaders.isGzip(ctx.request().headers())) {
      try {
        // Only the compressed bytes were reserved while the message arrived.
        open.reserve(message.getSerializedSize());
      } catch (SessionException e) {
        fail(e);
      }
    }
  }

  @Override
  public void onHalfClose() {
    Q message = request;
    if (closed) {
      return;
    }
    if (message == null) {
      fail(new SessionException(ErrorReason.MALFORMED_BODY, "The call has no message."));
      return;
    }
    try {
      invoke(new Decoded<>(message, null, RequestValidator.check(message, false)));
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void invoke(Decoded<Q> decoded) {
    if (handler instanceof Handler.Unary<Q, S> unary) {
      whenDone(pipeline.invoke(open.call(), unary, decoded), answer -> succeed(answer.get()));
    } else if (handler instanceof Handler.InParts<Q, S> inParts) {
      whenDone(
          pipeline.stream(open.call(), inParts.function(), decoded),
          parts ->
              parts.subscribe(
                  new MergedParts<>(PAGED_SERVICE + open.call().rpc().name(), this::whenMerged)));
    } else if (handler instanceof Handler.Streaming<Q, S> streaming) {
      whenDone(pipeline.stream(open.call(), streaming.function(), decoded), this::send);
    }
  }

  /** Continues on the event loop, so that the threads of the store are not blocked. */
  private <T> void whenDone(CompletableFuture<T> result, Consumer<T> continuation) {
    var unused =
        result.handleAsync(
            (value, failure) -> {
              if (value == null) {
                fail(Objects.requireNonNull(failure));
              } else {
                try {
                  continuation.accept(value);
                } catch (RuntimeException e) {
                  fail(e);
                }
              }
              return null;
            },
            result.isDone() ? Runnable::run : ctx.eventLoop());
  }

  private void whenMerged(@Nullable S answer, @Nullable Throwable failure) {
    Runnable continuation =
        () -> {
          if (answer == null) {
            fail(Objects.requireNonNull(failure));
          } else {
            succeed(answer);
          }
        };
    if (ctx.eventLoop().inEventLoop()) {
      continuation.run();
    } else {
      ctx.eventLoop().execute(continuation);
    }
  }

  private void succeed(S answer) {
    if (closed) {
      return;
    }
    int bytes = answer.getSerializedSize();
    try {
      if (open.call().rpc().readOnly()) {
        open.reserve(bytes);
      } else {
        open.count(bytes);
      }
    } catch (SessionException e) {
      fail(e);
      return;
    }
    end();
    if (bytes > COMPRESSED_BYTES_MIN && GrpcHeaders.isGzip(ctx.request().headers())) {
      call.setCompression("gzip");
    }
    call.sendHeaders(new Metadata());
    call.sendMessage(answer);
    call.close(Status.OK, new Metadata());
    if (bytes > LARGE_ANSWER_BYTES) {
      cutIfNotRead();
    }
  }

  private void cutIfNotRead() {
    ScheduledFuture<?> cut =
        ctx.eventLoop()
            .schedule(() -> ctx.cancel(), writeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    var unused = ctx.log().whenComplete().thenRun(() -> cut.cancel(false));
  }

  private void send(Publisher<List<StreamItem<S>>> messages) {
    if (closed) {
      return;
    }
    // A stream needs no slot among the calls in flight, and may take longer than a call.
    open.answered();
    if (GrpcHeaders.deadline(ctx.request().headers()) == null) {
      ctx.clearRequestTimeout();
    }
    call.sendHeaders(new Metadata());
    stream = new GrpcStream<>(call, open, ctx, writeTimeout, this::whenStreamed);
    messages.subscribe(stream);
  }

  private void whenStreamed(@Nullable Throwable failure) {
    if (failure != null) {
      fail(failure);
    } else if (!closed) {
      end();
      call.close(Status.OK, new Metadata());
    }
  }

  private void fail(Throwable thrown) {
    if (closed) {
      return;
    }
    end();
    open.cancel();
    SessionException failure = HttpFaults.of(ctx, thrown);
    ctx.logBuilder().responseCause(failure);
    StatusRuntimeException status = GrpcErrors.toException(failure);
    Metadata trailers = status.getTrailers();
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  private void end() {
    closed = true;
    if (timer != null) {
      timer.cancel(false);
    }
    open.answered();
  }

  @Override
  public void onReady() {
    if (stream != null) {
      stream.onReady();
    }
  }

  @Override
  public void onCancel() {
    if (!closed) {
      end();
    }
    open.close();
    if (stream != null) {
      stream.cancel();
    }
  }
}
