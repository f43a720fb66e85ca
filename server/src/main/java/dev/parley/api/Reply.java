package dev.parley.api;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers a call with what a use case comes to. */
public final class Reply {
  private Reply() {}

  /**
   * Runs {@code useCase} and sends what {@code render} makes of its result, or its failure. Renders
   * on the call's own event loop, so that no store thread is kept from its work.
   */
  public static <T, S> void send(
      StreamObserver<S> observer, Supplier<CompletableFuture<T>> useCase, Function<T, S> render) {
    ServiceRequestContext ctx = ServiceRequestContext.current();
    CompletableFuture<T> result;
    try {
      result = useCase.get();
    } catch (RuntimeException e) {
      observer.onError(Failures.toGrpc(ctx, e));
      return;
    }
    Executor executor = result.isDone() ? Runnable::run : ctx.eventLoop();
    var unused =
        result
            .thenApplyAsync(render, executor)
            .handle(
                (message, failure) -> {
                  if (failure != null) {
                    observer.onError(Failures.toGrpc(ctx, failure));
                  } else {
                    observer.onNext(message);
                    observer.onCompleted();
                  }
                  return null;
                });
  }
}
