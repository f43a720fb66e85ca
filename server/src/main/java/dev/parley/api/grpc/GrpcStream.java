package dev.parley.api.grpc;

import io.grpc.ServerCall;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Sends the messages of a stream as fast as the client reads them. The next message is requested
 * when the transport is ready.
 */
final class GrpcStream<S> implements Subscriber<S> {
  private final ServerCall<?, S> call;
  private final Executor eventLoop;
  private final Consumer<@Nullable Throwable> ended;
  private @Nullable Subscription subscription;
  private boolean asked;
  private boolean cancelled;

  /**
   * Creates a sender for a call. Must be used on its event loop.
   *
   * @param ended called at the end of the stream, with the failure or null
   */
  GrpcStream(ServerCall<?, S> call, Executor eventLoop, Consumer<@Nullable Throwable> ended) {
    this.call = call;
    this.eventLoop = eventLoop;
    this.ended = ended;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    asked = true;
    subscription.request(1);
  }

  @Override
  public void onNext(S message) {
    eventLoop.execute(
        () -> {
          asked = false;
          if (!cancelled) {
            call.sendMessage(message);
            onReady();
          }
        });
  }

  @Override
  public void onError(Throwable failure) {
    eventLoop.execute(() -> ended.accept(failure));
  }

  @Override
  public void onComplete() {
    eventLoop.execute(() -> ended.accept(null));
  }

  /** Called when the transport may accept the next message. On the event loop. */
  void onReady() {
    if (!asked && !cancelled && call.isReady()) {
      asked = true;
      Objects.requireNonNull(subscription).request(1);
    }
  }

  /** Called when the client has disconnected. On the event loop. */
  void cancel() {
    cancelled = true;
    Objects.requireNonNull(subscription).cancel();
  }
}
