package dev.parley.app.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;

/**
 * Answers an HTTP/1 request without TLS on a port with TLS with 400 and a hint. The TLS handler
 * then reads the same bytes, finds that they are no TLS, and closes the connection.
 *
 * <p>A client that speaks HTTP/2 without TLS would not understand the answer, and gets none.
 */
final class PlainRequests extends ChannelInboundHandlerAdapter {
  private static final String HINT = "This port speaks HTTPS. Use https:// in the URL.\n";

  private static final ByteBuf ANSWER =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer()
              .writeBytes(
                  """
                  HTTP/1.1 400 Bad Request\r
                  content-type: text/plain; charset=utf-8\r
                  content-length: %d\r
                  connection: close\r
                  \r
                  %s"""
                      .formatted(HINT.length(), HINT)
                      .getBytes(StandardCharsets.US_ASCII))
              .asReadOnly());

  private static final ByteBuf HTTP2_PREFACE =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer("PRI", StandardCharsets.US_ASCII).asReadOnly());

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes && bytes.isReadable()) {
      if (isHttp1(bytes)) {
        ctx.writeAndFlush(ANSWER.duplicate(), ctx.voidPromise());
      }
      ctx.pipeline().remove(this);
    }
    ctx.fireChannelRead(message);
  }

  /** Whether the first bytes of a connection can be an HTTP method. No TLS record begins so. */
  private static boolean isHttp1(ByteBuf bytes) {
    byte first = bytes.getByte(bytes.readerIndex());
    return first >= 'A' && first <= 'Z' && !isHttp2(bytes);
  }

  private static boolean isHttp2(ByteBuf bytes) {
    int length = HTTP2_PREFACE.readableBytes();
    return bytes.readableBytes() >= length
        && ByteBufUtil.equals(bytes, bytes.readerIndex(), HTTP2_PREFACE, 0, length);
  }
}
