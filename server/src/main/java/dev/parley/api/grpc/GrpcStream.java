package dev.parley.api.grpc;

import com.google.protobuf.Message;
import dev.parley.api.call.OpenCall;
import dev.parley.model.SessionException;
import io.grpc.ServerCall;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Sends the messages of a stream as fast as the client reads them. The next message is requested
 * when the transport is ready. Until then, the bytes of the last one count as bytes in flight. A
 * client that reads nothing for the write timeout is disconnected.
 */
final class GrpcStream<S extends Message> implements Subscriber<S> {
  private final ServerCall<?, S> call;
  private final OpenCall open;
  private final EventExecutor eventLoop;
  private final Duration writeTimeout;
  private final Runnable stalled;
  private final Consumer<@Nullable Throwable> ended;
  private @Nullable Subscription subscription;
  private @Nullable ScheduledFuture<?> timer;
  private long unreadBytes;
  private boolean asked;
  private boolean cancelled;

  /**
   * Creates a sender for a call. Must be used on its event loop.
   *
   * @param stalled called if the client reads nothing for the write timeout
   * @param ended called at the end of the stream, with the failure or null
   */
  GrpcStream(
      ServerCall<?, S> call,
      OpenCall open,
      EventExecutor eventLoop,
      Duration writeTimeout,
      Runnable stalled,
      Consumer<@Nullable Throwable> ended) {
    this.call = call;
    this.open = open;
    this.eventLoop = eventLoop;
    this.writeTimeout = writeTimeout;
    this.stalled = stalled;
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
            send(message);
          }
        });
  }

  private void send(S message) {
    int bytes = message.getSerializedSize();
    try {
      open.reserve(bytes);
    } catch (SessionException e) {
      cancel();
      ended.accept(e);
      return;
    }
    unreadBytes += bytes;
    call.sendMessage(message);
    onReady();
    if (!asked && !cancelled && timer == null) {
      timer = eventLoop.schedule(stalled, writeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void onError(Throwable failure) {
    eventLoop.execute(() -> end(failure));
  }

  @Override
  public void onComplete() {
    eventLoop.execute(() -> end(null));
  }

  private void end(@Nullable Throwable failure) {
    if (!cancelled) {
      ended.accept(failure);
    }
  }

  /** Called when the transport may accept the next message. On the event loop. */
  void onReady() {
    if (!asked && !cancelled && call.isReady()) {
      stopTimer();
      open.release(unreadBytes);
      unreadBytes = 0;
      asked = true;
      Objects.requireNonNull(subscription).request(1);
    }
  }

  private void stopTimer() {
    ScheduledFuture<?> running = timer;
    if (running != null) {
      running.cancel(false);
      timer = null;
    }
  }

  /** Called when the client has disconnected. On the event loop. */
  void cancel() {
    cancelled = true;
    stopTimer();
    Objects.requireNonNull(subscription).cancel();
  }
}
