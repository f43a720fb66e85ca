package dev.parley.api.grpc;

import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.api.call.OpenCall;
import dev.parley.api.call.StreamItem;
import io.grpc.ServerCall;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Sends the messages of a stream as fast as the client reads them. The next messages are requested
 * when the transport has taken the last ones. Until then, their bytes count as bytes in flight. A
 * client that reads nothing for the write timeout is disconnected.
 *
 * <p>Armeria's call sends each message separately. So only the first messages go through it, which
 * also sends the headers. Later messages that are available at the same time are written to the
 * response as one piece.
 */
final class GrpcStream<S extends Message> implements Subscriber<List<StreamItem<S>>> {
  private final ServerCall<?, S> call;
  private final OpenCall open;
  private final ServiceRequestContext ctx;
  private final Duration writeTimeout;
  private final Consumer<@Nullable Throwable> ended;
  private @Nullable Subscription subscription;
  private @Nullable ScheduledFuture<?> timer;
  private long unreadBytes;
  private boolean begun;
  private boolean writing;
  private boolean asked;
  private boolean cancelled;

  /**
   * Creates a sender for a call. Must be used on its event loop.
   *
   * @param ended called at the end of the stream, with the failure or null
   */
  GrpcStream(
      ServerCall<?, S> call,
      OpenCall open,
      ServiceRequestContext ctx,
      Duration writeTimeout,
      Consumer<@Nullable Throwable> ended) {
    this.call = call;
    this.open = open;
    this.ctx = ctx;
    this.writeTimeout = writeTimeout;
    this.ended = ended;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    asked = true;
    subscription.request(1);
  }

  @Override
  public void onNext(List<StreamItem<S>> items) {
    ctx.eventLoop()
        .execute(
            () -> {
              asked = false;
              if (!cancelled) {
                send(items);
              }
            });
  }

  private void send(List<StreamItem<S>> items) {
    try {
      int bytes = items.stream().mapToInt(item -> item.message().getSerializedSize()).sum();
      open.reserve(bytes);
      unreadBytes += bytes;
      write(items);
    } catch (RuntimeException e) {
      cancel();
      ended.accept(e);
      return;
    }
    onReady();
    if (!asked && !cancelled && timer == null) {
      timer =
          ctx.eventLoop()
              .schedule(() -> ctx.cancel(), writeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void write(List<StreamItem<S>> items) {
    HttpResponseWriter response = begun ? GrpcEntry.response(ctx) : null;
    begun = true;
    // Nothing is requested before the last of the items is written.
    writing = true;
    if (response == null) {
      items.forEach(item -> call.sendMessage(item.message()));
      writing = false;
    } else if (response.tryWrite(HttpData.wrap(StreamItem.join(items, GrpcFrames::encode)))) {
      var unused =
          response
              .whenConsumed()
              .thenRun(
                  () -> {
                    writing = false;
                    onReady();
                  });
    }
  }

  @Override
  public void onError(Throwable failure) {
    ctx.eventLoop().execute(() -> end(failure));
  }

  @Override
  public void onComplete() {
    ctx.eventLoop().execute(() -> end(null));
  }

  private void end(@Nullable Throwable failure) {
    if (!cancelled) {
      ended.accept(failure);
    }
  }

  /** Called when the transport may accept the next messages. On the event loop. */
  void onReady() {
    if (!asked && !writing && !cancelled && call.isReady()) {
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
