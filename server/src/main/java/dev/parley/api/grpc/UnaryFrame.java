package dev.parley.api.grpc;

import com.linecorp.armeria.common.HttpData;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import io.netty.buffer.ByteBuf;

/**
 * Checks that a request has exactly one message: a frame header of five bytes with the length, then
 * the message. Armeria would ignore further messages.
 */
final class UnaryFrame {
  private long received;
  private long length;

  /** Processes the next bytes. Fails with {@code MALFORMED_BODY} for a second message. */
  void accept(HttpData data) {
    ByteBuf bytes = data.byteBuf();
    for (int i = 0; i < bytes.readableBytes() && received + i < GrpcFrames.HEADER_BYTES; i++) {
      if (received + i > 0) {
        length = length << Byte.SIZE | bytes.getUnsignedByte(bytes.readerIndex() + i);
      }
    }
    received += data.length();
    if (received > GrpcFrames.HEADER_BYTES && received > GrpcFrames.HEADER_BYTES + length) {
      throw new SessionException(
          ErrorReason.MALFORMED_BODY, "The call must have exactly one message.");
    }
  }
}
