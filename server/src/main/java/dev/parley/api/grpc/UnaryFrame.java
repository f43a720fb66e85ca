package dev.parley.api.grpc;

import com.linecorp.armeria.common.HttpData;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import io.netty.buffer.ByteBuf;

/**
 * Follows the bytes of a request that has one message: five bytes with its length, then the
 * message. Armeria would ignore what comes after it.
 */
final class UnaryFrame {
  private static final int HEADER_BYTES = 5;

  private long received;
  private long length;

  /** Takes note of the next bytes. Refuses a second message with {@code MALFORMED_BODY}. */
  void accept(HttpData data) {
    ByteBuf bytes = data.byteBuf();
    for (int i = 0; i < bytes.readableBytes() && received + i < HEADER_BYTES; i++) {
      if (received + i > 0) {
        length = length << Byte.SIZE | bytes.getUnsignedByte(bytes.readerIndex() + i);
      }
    }
    received += data.length();
    if (received > HEADER_BYTES && received > HEADER_BYTES + length) {
      throw new SessionException(
          ErrorReason.MALFORMED_BODY, "The call takes one message, and more came.");
    }
  }
}
