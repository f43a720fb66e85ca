package dev.parley.api;

import com.google.protobuf.Message;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.json.JsonCodec;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers a call with what a use case comes to. */
public final class Reply {
  private Reply() {}

  /**
   * Runs {@code useCase} and sends what {@code render} makes of its result, or its failure: on the
   * call's own event loop, so that no store thread is kept from its work.
   */
  public static <T, S> void send(
      StreamObserver<S> observer, Supplier<CompletableFuture<T>> useCase, Function<T, S> render) {
    ServiceRequestContext ctx = ServiceRequestContext.current();
    CompletableFuture<T> result;
    try {
      result = useCase.get();
    } catch (RuntimeException e) {
      fail(ctx, observer, e);
      return;
    }
    Executor executor = result.isDone() ? Runnable::run : ctx.eventLoop();
    var unused =
        result.handleAsync(
            (value, failure) -> {
              if (failure != null) {
                fail(ctx, observer, failure);
              } else {
                answer(ctx, observer, render, value);
              }
              return null;
            },
            executor);
  }

  /**
   * The same for an answer that may be long: {@code useCase} makes the answer itself, and its JSON
   * is made on the thread that this happens on, where the store reads.
   */
  public static <S extends Message> void sendLong(
      StreamObserver<S> observer, Supplier<CompletableFuture<S>> useCase) {
    ServiceRequestContext ctx = ServiceRequestContext.current();
    boolean rest = !GrpcRequests.isGrpc(ctx.request().headers());
    send(
        observer,
        () ->
            useCase
                .get()
                .thenApply(
                    answer -> {
                      if (rest) {
                        CallState.of(ctx).jsonAhead(answer, JsonCodec.write(answer));
                      }
                      return answer;
                    }),
        Function.identity());
  }

  /** Ends a stream, whose messages {@code useCase} sends itself, as that ends. */
  public static void end(StreamObserver<?> observer, Supplier<CompletableFuture<Void>> useCase) {
    ServiceRequestContext ctx = ServiceRequestContext.current();
    var unused =
        useCase
            .get()
            .handleAsync(
                (none, failure) -> {
                  if (failure != null) {
                    fail(ctx, observer, failure);
                  } else {
                    observer.onCompleted();
                  }
                  return null;
                },
                ctx.eventLoop());
  }

  private static <T, S> void answer(
      ServiceRequestContext ctx, StreamObserver<S> observer, Function<T, S> render, T value) {
    S message;
    try {
      message = render.apply(value);
    } catch (RuntimeException e) {
      fail(ctx, observer, e);
      return;
    }
    observer.onNext(message);
    observer.onCompleted();
  }

  private static void fail(
      ServiceRequestContext ctx, StreamObserver<?> observer, Throwable thrown) {
    observer.onError(Failures.toGrpc(ctx, Failures.inCallersNames(ctx, thrown)));
  }
}
