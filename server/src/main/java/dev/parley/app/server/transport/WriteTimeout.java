package dev.parley.app.server.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a connection whose client has read nothing for a while although data is pending. */
final class WriteTimeout extends IdleStateHandler {

  /** Creates a handler with this timeout. */
  WriteTimeout(Duration timeout) {
    super(true, 0, timeout.toMillis(), 0, TimeUnit.MILLISECONDS);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext ctx, IdleStateEvent event) {
    ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
    if (event.state() == IdleState.WRITER_IDLE
        && waiting != null
        && waiting.totalPendingWriteBytes() > 0) {
      ctx.close();
    }
  }
}
