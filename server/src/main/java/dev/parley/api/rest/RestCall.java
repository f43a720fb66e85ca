package dev.parley.api.rest;

import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.util.SafeCloseable;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.ApiDefinition;
import dev.parley.api.call.CallPipeline;
import dev.parley.api.call.Decoded;
import dev.parley.api.call.Handler;
import dev.parley.api.call.OpenCall;
import dev.parley.api.call.RpcBinding;
import dev.parley.api.call.StreamItem;
import dev.parley.api.call.Transport;
import dev.parley.api.call.error.CallErrors;
import dev.parley.api.http.CallerIdentity;
import dev.parley.api.http.DiscardedBody;
import dev.parley.api.http.HttpFaults;
import dev.parley.api.http.RequestId;
import dev.parley.api.json.JsonCodec;
import dev.parley.api.json.JsonPartsWriter;
import dev.parley.api.rest.answer.AnswerHeaders;
import dev.parley.api.rest.answer.AnswerStream;
import dev.parley.api.rest.answer.EventStream;
import dev.parley.api.rest.answer.PartsAnswer;
import dev.parley.api.rest.lines.AppendLines;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Processes one REST request. */
final class RestCall {
  /** Larger bodies are decoded on another thread, because they would block the event loop. */
  private static final int LARGE_BODY_BYTES = 256 * 1024;

  /** Larger responses are sent in pieces, as the client reads them. */
  private static final int LARGE_ANSWER_BYTES = 64 * 1024;

  /** The maximum memory of a response that is sent in parts, in bytes. */
  private static final int PARTS_BYTES = 1 << 20;

  private final RestService.Setup setup;
  private final ServiceRequestContext ctx;
  private final HttpRequest req;
  private final ApiDefinition api;
  private final Router.Match match;
  private final RestRoute route;
  private final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
  private @Nullable OpenCall opened;
  private @Nullable ScheduledFuture<?> timer;

  RestCall(
      RestService.Setup setup,
      ServiceRequestContext ctx,
      HttpRequest req,
      ApiDefinition api,
      Router.Match match) {
    this.setup = setup;
    this.ctx = ctx;
    this.req = req;
    this.api = api;
    this.match = match;
    route = match.route();
  }

  /** The response, which completes later. */
  HttpResponse answer() {
    CompletableFuture<OpenCall> opening = setup.pipeline().open(head());
    Executor executor = opening.isDone() ? Runnable::run : ctx.eventLoop();
    var unused =
        opening.handleAsync(
            (open, failure) -> {
              if (open == null) {
                fail(Objects.requireNonNull(failure));
              } else {
                begin(open);
              }
              return null;
            },
            executor);
    return HttpResponse.of(answer);
  }

  private CallPipeline.Head head() {
    return new CallPipeline.Head(
        route.rpc(),
        req.headers()::get,
        ctx.clientAddress(),
        RequestId.of(ctx),
        Transport.REST,
        null,
        ticket());
  }

  /** A stream can have a ticket in its URL, because browsers cannot send headers with it. */
  private CallPipeline.@Nullable Ticket ticket() {
    String text =
        route.rpc().handler() instanceof Handler.Streaming ? ctx.queryParam("ticket") : null;
    return text == null ? null : new CallPipeline.Ticket(text, RequestPaths.raw(ctx));
  }

  private void begin(OpenCall open) {
    opened = open;
    CallerIdentity.set(ctx, open.call().identity());
    var unused = ctx.log().whenComplete().thenRun(open::close);
    timer =
        ctx.eventLoop()
            .schedule(
                () -> fail(CallErrors.deadlineExceeded(route.rpc().readOnly())),
                open.call().deadlineNanos() - System.nanoTime(),
                TimeUnit.NANOSECONDS);
    try {
      if (!route.takesBody()) {
        DiscardedBody.discard(req);
        invoke(open, null);
        return;
      }
      RequestBody.requireKnownEncoding(req.headers());
      if (AppendLines.accepts(route.rpc(), req.contentType())) {
        lines(open);
        return;
      }
    } catch (RuntimeException e) {
      fail(e);
      return;
    }
    var read =
        BodyReader.read(req, open, setup.requestBytesMax())
            .handle(
                (body, failure) -> {
                  if (body == null) {
                    fail(Objects.requireNonNull(failure));
                  } else if (body.length > LARGE_BODY_BYTES || RequestBody.isGzip(req.headers())) {
                    ctx.blockingTaskExecutor().execute(() -> tryInvoke(open, body));
                  } else {
                    tryInvoke(open, body);
                  }
                  return null;
                });
  }

  /** Starts an answer that grows with the request. */
  private void lines(OpenCall open) {
    RequestBody.requireNoEncoding(req.headers());
    AnswerStream stream =
        new AnswerStream(ctx, setup.headers(api, route.status()).ofLines(), setup.writeTimeout());
    if (!answer.complete(stream.response())) {
      stream.abort(CallErrors.deadlineExceeded());
      return;
    }
    stopTimer();
    // The limit applies to each line from now on.
    ctx.setMaxRequestLength(0);
    req.subscribe(
        new AppendLines(
            ctx,
            open,
            stream,
            setup.requestBytesMax(),
            setup.writeTimeout(),
            new BatchCalls(setup, head(), ctx)),
        ctx.eventLoop());
  }

  private void tryInvoke(OpenCall open, byte[] body) {
    try {
      invoke(open, RequestBody.json(req.headers(), body, open, setup.requestBytesMax()));
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void invoke(OpenCall open, byte @Nullable [] body) {
    Decoded<Message> request = RequestDecoder.decode(match, ctx.query(), api.strictQuery(), body);
    // Traces find the call of a task by the context.
    try (SafeCloseable ignored = ctx.push()) {
      invoke(open, route.rpc().handler(), request);
    }
  }

  @SuppressWarnings("unchecked")
  private void invoke(OpenCall open, Handler<?, ?> handler, Decoded<Message> request) {
    if (handler instanceof Handler.Unary<?, ?> unary) {
      unary(open, (Handler.Unary<Message, Message>) unary, request);
    } else if (handler instanceof Handler.InParts<?, ?> inParts) {
      inParts(open, (Handler.InParts<Message, Message>) inParts, request);
    } else if (handler instanceof Handler.Streaming<?, ?> streaming
        && EventStream.supports(route.rpc().descriptor().getOutputType())) {
      events(open, (Handler.Streaming<Message, Message>) streaming, request);
    } else {
      throw HttpFaults.ofStatus(HttpStatus.NOT_FOUND);
    }
  }

  private void unary(
      OpenCall open, Handler.Unary<Message, Message> handler, Decoded<Message> request) {
    CompletableFuture<Supplier<Message>> result =
        setup.pipeline().invoke(open.call(), handler, request);
    RpcBinding rpc = route.rpc();
    // Responses of reads are encoded by the reading thread. Responses of writes are not, because
    // their threads have other writes to process.
    Executor executor = result.isDone() || rpc.readOnly() ? Runnable::run : ctx.eventLoop();
    var unused =
        result.handleAsync(
            (message, failure) -> {
              if (message == null) {
                fail(Objects.requireNonNull(failure));
              } else {
                succeed(open, message);
              }
              return null;
            },
            executor);
  }

  private void inParts(
      OpenCall open, Handler.InParts<Message, Message> handler, Decoded<Message> request) {
    CompletableFuture<Publisher<Message>> parts =
        setup.pipeline().stream(open.call(), handler.function(), request);
    var unused =
        parts.handle(
            (publisher, failure) -> {
              if (publisher == null) {
                fail(Objects.requireNonNull(failure));
              } else {
                publisher.subscribe(
                    new PartsAnswer(
                        message -> succeed(open, () -> message),
                        () -> stream(open),
                        thrown -> fail(CallPipeline.inJsonNames(thrown)),
                        JsonPartsWriter.of(route.rpc().descriptor().getOutputType())));
              }
              return null;
            });
  }

  private void events(
      OpenCall open, Handler.Streaming<Message, Message> handler, Decoded<Message> request) {
    CompletableFuture<Publisher<List<StreamItem<Message>>>> events =
        setup.pipeline().stream(open.call(), handler.function(), request);
    var unused =
        events.handle(
            (publisher, failure) -> {
              if (publisher == null) {
                fail(CallPipeline.inJsonNames(Objects.requireNonNull(failure)));
              } else if (req.method() == HttpMethod.HEAD) {
                answerHead(open);
              } else {
                publisher.subscribe(
                    new EventStream(
                        () -> eventStream(open),
                        thrown -> failEvents(thrown, request.message()),
                        open));
              }
              return null;
            });
  }

  private void answerHead(OpenCall open) {
    if (answer.complete(HttpResponse.of(setup.headers(api, route.status()).ofEvents()))) {
      end(open);
    }
  }

  /** Starts a stream of events. It needs no slot among the calls in flight while it is open. */
  private AnswerStream eventStream(OpenCall open) {
    AnswerStream stream =
        new AnswerStream(ctx, setup.headers(api, route.status()).ofEvents(), setup.writeTimeout());
    if (answer.complete(stream.response())) {
      end(open);
    } else {
      stream.abort(CallErrors.deadlineExceeded());
    }
    return stream;
  }

  /** A browser that gets 204 stops connecting. */
  private void failEvents(Throwable thrown, Message request) {
    boolean resumed =
        req.headers().contains("last-event-id")
            || request.hasField(request.getDescriptorForType().findFieldByName("resume_token"));
    if (resumed
        && CallErrors.peel(thrown) instanceof SessionException failure
        && failure.reason() == ErrorReason.SESSION_NOT_FOUND) {
      AnswerHeaders headers = setup.headers(api, HttpStatus.NO_CONTENT);
      if (answer.complete(HttpResponse.of(headers.withoutBody())) && opened != null) {
        end(opened);
      }
    } else {
      fail(CallPipeline.inJsonNames(thrown));
    }
  }

  private void succeed(OpenCall open, Supplier<Message> message) {
    try {
      HttpResponse response = response(open, message.get());
      if (answer.complete(response)) {
        end(open);
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private HttpResponse response(OpenCall open, Message message) {
    AnswerHeaders headers = setup.headers(api, route.status());
    if (route.status().isContentAlwaysEmpty()) {
      return HttpResponse.of(headers.withoutBody());
    }
    byte[] json = JsonCodec.write(message);
    if (route.rpc().readOnly()) {
      open.reserve(json.length);
    } else {
      open.count(json.length);
    }
    if (json.length == 0) {
      return HttpResponse.of(headers.withoutBody(), HttpData.empty());
    }
    return json.length <= LARGE_ANSWER_BYTES || req.method() == HttpMethod.HEAD
        ? HttpResponse.of(headers.withBody(), HttpData.wrap(json))
        : pieces(headers, json);
  }

  private HttpResponse pieces(AnswerHeaders headers, byte[] json) {
    AnswerStream stream =
        new AnswerStream(
            ctx,
            headers.withBody().toBuilder().contentLength(json.length).build(),
            setup.writeTimeout());
    write(stream, json, 0);
    return stream.response();
  }

  private static void write(AnswerStream stream, byte[] json, int from) {
    if (from == json.length) {
      stream.end();
      return;
    }
    int length = Math.min(LARGE_ANSWER_BYTES, json.length - from);
    var unused =
        stream
            .write(HttpData.wrap(json, from, length))
            .thenRun(() -> write(stream, json, from + length));
  }

  /** Starts a response of several parts. */
  private AnswerStream stream(OpenCall open) {
    open.reserve(PARTS_BYTES);
    AnswerStream stream =
        new AnswerStream(ctx, setup.headers(api, route.status()).withBody(), setup.writeTimeout());
    if (answer.complete(stream.response())) {
      stopTimer();
    } else {
      stream.abort(CallErrors.deadlineExceeded());
    }
    return stream;
  }

  private void fail(Throwable thrown) {
    if (answer.isDone()) {
      return;
    }
    OpenCall open = opened;
    if (open != null) {
      open.cancel();
    }
    HttpResponse response =
        setup.errors().render(ctx, HttpFaults.of(ctx, thrown), route.rpc().name());
    if (answer.complete(response)) {
      DiscardedBody.discard(req);
      if (open != null) {
        end(open);
      }
    }
  }

  private void end(OpenCall open) {
    stopTimer();
    open.answered();
  }

  private void stopTimer() {
    ScheduledFuture<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }
}
