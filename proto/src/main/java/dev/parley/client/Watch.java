package dev.parley.client;

import dev.parley.proto.v1.WatchServiceGrpc;
import dev.parley.proto.v1.WatchSessionsRequest;
import dev.parley.proto.v1.WatchSessionsResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of a watch, in order. If the server goes away or ends the stream, the watch connects
 * again and continues after the last event, so that no event is missing or comes twice. It ends
 * normally after the event that its session was deleted.
 *
 * <p>Used by one thread, which waits in {@link #hasNext}. {@link #close} can be called by any
 * thread and ends the watch.
 */
public final class Watch implements Iterator<WatchSessionsResponse>, AutoCloseable {
  private static final long PAUSE_MIN_MILLIS = 200;
  private static final long PAUSE_MAX_MILLIS = 3_000;

  /** A watch gives up after this many attempts without an event: after about five minutes. */
  private static final int ATTEMPTS_MAX = 100;

  private final Channel channel;
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Consumer<Watch> whenClosed;
  private final CountDownLatch closed = new CountDownLatch(1);
  private WatchSessionsRequest request;
  private @Nullable Iterator<WatchSessionsResponse> events;
  private int attempts;

  Watch(Channel channel, WatchSessionsRequest request, Consumer<Watch> whenClosed) {
    this.channel = channel;
    this.request = request;
    this.whenClosed = whenClosed;
  }

  /**
   * Waits for an event. Returns false if the watched session was deleted, or if the watch was
   * closed.
   *
   * @throws ParleyException if the server rejects the watch, or cannot be reached for five minutes
   */
  @Override
  public boolean hasNext() {
    while (!context.isCancelled()) {
      try {
        return opened().hasNext();
      } catch (StatusRuntimeException e) {
        events = null;
        if (!context.isCancelled()) {
          pauseAfter(e);
        }
      }
    }
    return false;
  }

  private Iterator<WatchSessionsResponse> opened() {
    Iterator<WatchSessionsResponse> open = events;
    if (open == null) {
      Context before = context.attach();
      try {
        open = WatchServiceGrpc.newBlockingStub(channel).watchSessions(request);
      } finally {
        context.detach(before);
      }
      events = open;
    }
    return open;
  }

  private void pauseAfter(StatusRuntimeException failure) {
    if (failure.getStatus().getCode() != Status.Code.UNAVAILABLE || ++attempts >= ATTEMPTS_MAX) {
      throw ParleyException.of(failure);
    }
    long pause = Math.min(PAUSE_MAX_MILLIS, PAUSE_MIN_MILLIS << Math.min(attempts - 1, 10));
    try {
      // Ends early if the watch is closed. Clients that lost their server together do not come
      // back together.
      boolean unused =
          closed.await(
              pause / 2 + ThreadLocalRandom.current().nextLong(pause), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ParleyException.of(failure);
    }
  }

  /** Returns the next event, which can be a heartbeat. Waits for it like {@link #hasNext}. */
  @Override
  public WatchSessionsResponse next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The watch has ended.");
    }
    WatchSessionsResponse event = opened().next();
    attempts = 0;
    request =
        request.toBuilder().clearAfterSequence().setResumeToken(event.getResumeToken()).build();
    return event;
  }

  /** The token that continues a watch after the last event; empty before the first event. */
  public String resumeToken() {
    return request.getResumeToken();
  }

  @Override
  public void close() {
    context.cancel(null);
    closed.countDown();
    whenClosed.accept(this);
  }
}
