package dev.parley.app.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Resets HTTP/2 streams whose client has not read for the write timeout. Their bytes wait for flow
 * control and never reach the socket, so the write timeout of the socket does not apply.
 */
final class StalledStreams {
  private static final int CHECKS_PER_TIMEOUT = 4;

  private final ChannelHandlerContext ctx;
  private final Http2ConnectionHandler http2;
  private final Http2Connection.PropertyKey waitingSince;
  private final long timeoutNanos;

  /** Time of the last window update of the connection. */
  private long connectionUpdate = System.nanoTime();

  private StalledStreams(
      ChannelHandlerContext ctx, Http2ConnectionHandler http2, Duration timeout) {
    this.ctx = ctx;
    this.http2 = http2;
    timeoutNanos = timeout.toNanos();
    waitingSince = http2.connection().newKey();
  }

  /** Starts to watch the streams of a connection, until it is closed. */
  static StalledStreams watch(
      ChannelHandlerContext ctx, Http2ConnectionHandler http2, Duration timeout) {
    StalledStreams streams = new StalledStreams(ctx, http2, timeout);
    long interval = Math.max(1, timeout.toMillis() / CHECKS_PER_TIMEOUT);
    ScheduledFuture<?> checks =
        ctx.executor()
            .scheduleWithFixedDelay(streams::check, interval, interval, TimeUnit.MILLISECONDS);
    ctx.channel().closeFuture().addListener(closed -> checks.cancel(false));
    return streams;
  }

  /** Called for a window update of a stream, or of the connection if {@code streamId} is 0. */
  void windowUpdated(int streamId) {
    if (streamId == 0) {
      connectionUpdate = System.nanoTime();
      return;
    }
    Http2Stream stream = http2.connection().stream(streamId);
    if (stream != null && stream.getProperty(waitingSince) != null) {
      stream.setProperty(waitingSince, System.nanoTime());
    }
  }

  private void check() {
    List<Http2Stream> stalled = new ArrayList<>();
    try {
      http2
          .connection()
          .forEachActiveStream(
              stream -> {
                if (isStalled(stream)) {
                  stalled.add(stream);
                }
                return true;
              });
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    for (Http2Stream stream : stalled) {
      http2.resetStream(ctx, stream.id(), Http2Error.CANCEL.code(), ctx.newPromise());
    }
    if (!stalled.isEmpty()) {
      ctx.flush();
    }
  }

  private boolean isStalled(Http2Stream stream) {
    Http2RemoteFlowController flow = http2.encoder().flowController();
    if (!flow.hasFlowControlled(stream)) {
      stream.removeProperty(waitingSince);
      return false;
    }
    long now = System.nanoTime();
    Long since = stream.getProperty(waitingSince);
    if (since == null) {
      stream.setProperty(waitingSince, now);
      return false;
    }
    // A stream with a non-empty window waits for the window of the connection.
    long waiting =
        flow.windowSize(stream) > 0 ? Math.min(now - since, now - connectionUpdate) : now - since;
    return waiting > timeoutNanos;
  }
}
