package dev.parley.app.server.transport;

import com.linecorp.armeria.common.HttpMethod;
import dev.parley.api.http.InvalidTarget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.Map;

/**
 * Rewrites requests that Armeria would reject before routing, so that the API whose path was called
 * can answer them: invalid request targets, a missing {@code Host}, and unknown methods with {@code
 * Expect}.
 *
 * <p>Armeria adds the HTTP handlers of a connection when it reads the first bytes. This handler
 * passes on a few bytes at a time, too few for a complete request, until the HTTP handlers are
 * there. Then it adds its own handlers and removes itself.
 */
final class RequestTargets extends ChannelInboundHandlerAdapter {
  private static final String HTTP1_DECODER = "Http1RequestDecoder";

  /** Armeria needs this many bytes to tell HTTP/2 from HTTP/1. No request is that short. */
  private static final int PREFACE_BYTES = 4;

  private static final int TLS_HEADER_BYTES = 5;
  private static final int MAX_LENGTH = 0xFFFF;

  private final boolean tls;
  private final Duration writeTimeout;

  /** Number of bytes to pass on before the next check of the pipeline. */
  private int left;

  /** Whether the next bytes are a TLS record header. Its last two bytes are the record length. */
  private boolean header;

  private int length;

  /** The handler of one connection. */
  RequestTargets(boolean tls, Duration writeTimeout) {
    this.tls = tls;
    this.writeTimeout = writeTimeout;
    header = tls;
    left = tls ? TLS_HEADER_BYTES : PREFACE_BYTES;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      boolean done = false;
      while (bytes.isReadable() && !done) {
        ByteBuf piece = bytes.readRetainedSlice(Math.min(left, bytes.readableBytes()));
        left -= piece.readableBytes();
        readLength(piece);
        ctx.fireChannelRead(piece);
        done = left == 0 && isDone(ctx.pipeline());
      }
      if (bytes.isReadable()) {
        ctx.fireChannelRead(bytes.readRetainedSlice(bytes.readableBytes()));
      }
      if (done) {
        ctx.pipeline().remove(this);
      }
    } finally {
      bytes.release();
    }
  }

  private void readLength(ByteBuf piece) {
    if (header) {
      for (int i = piece.readerIndex(); i < piece.writerIndex(); i++) {
        length = (length << Byte.SIZE | piece.getUnsignedByte(i)) & MAX_LENGTH;
      }
    }
  }

  /** Whether the own handlers are installed. Over TLS, whole records pass until then. */
  private boolean isDone(ChannelPipeline pipeline) {
    if (header && length > 0) {
      header = false;
      left = length;
      return false;
    }
    header = tls;
    length = 0;
    left = TLS_HEADER_BYTES;
    return install(pipeline) || !tls;
  }

  private boolean install(ChannelPipeline pipeline) {
    if (installHttp2(pipeline)) {
      return true;
    }
    for (Map.Entry<String, ChannelHandler> handler : pipeline) {
      if (handler.getValue().getClass().getSimpleName().equals(HTTP1_DECODER)) {
        pipeline.addBefore(handler.getKey(), null, new Http1Targets(this));
        return true;
      }
    }
    return false;
  }

  private boolean installHttp2(ChannelPipeline pipeline) {
    Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
    if (http2 == null) {
      return false;
    }
    StalledStreams streams = StalledStreams.watch(pipeline.context(http2), http2, writeTimeout);
    http2.decoder().frameListener(new Http2Targets(http2.decoder().frameListener(), streams));
    return true;
  }

  /** Rewrites HTTP/1 requests. */
  private static final class Http1Targets extends ChannelInboundHandlerAdapter {
    private final RequestTargets targets;

    Http1Targets(RequestTargets targets) {
      this.targets = targets;
    }

    /** Handles an upgrade of the connection to HTTP/2. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      if (event instanceof HttpServerUpgradeHandler.UpgradeEvent) {
        targets.installHttp2(ctx.pipeline());
      }
      super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
        String target = request.uri();
        boolean hasHost =
            request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0
                || request.headers().getAll(HttpHeaderNames.HOST).size() == 1;
        String valid =
            hasHost
                ? InvalidTarget.replace(AbsoluteTargets.toOriginForm(target))
                : InvalidTarget.withoutHost(target);
        if (!valid.equals(target)) {
          request.setUri(valid);
        }
        if (!HttpMethod.isSupported(request.method().name())) {
          request.headers().remove(HttpHeaderNames.EXPECT);
        }
      }
      ctx.fireChannelRead(message);
    }
  }

  /** Rewrites HTTP/2 requests. */
  private static final class Http2Targets extends Http2FrameListenerDecorator {
    private final StalledStreams streams;

    Http2Targets(Http2FrameListener listener, StalledStreams streams) {
      super(listener);
      this.streams = streams;
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment)
        throws Http2Exception {
      streams.windowUpdated(streamId);
      super.onWindowUpdateRead(ctx, streamId, increment);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
        throws Http2Exception {
      replace(headers);
      super.onHeadersRead(ctx, streamId, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int streamId,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end)
        throws Http2Exception {
      replace(headers);
      super.onHeadersRead(ctx, streamId, headers, dependency, weight, exclusive, padding, end);
    }

    private static void replace(Http2Headers headers) {
      CharSequence path = headers.path();
      if (path != null) {
        String target = path.toString();
        String valid = InvalidTarget.replace(target);
        if (!valid.equals(target)) {
          headers.path(valid);
        }
      }
    }
  }
}
