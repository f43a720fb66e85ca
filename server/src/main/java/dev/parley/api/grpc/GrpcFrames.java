package dev.parley.api.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Encodes messages as gRPC does: each follows a header of five bytes with a flag for compression
 * and the length.
 */
final class GrpcFrames {
  static final int HEADER_BYTES = 5;

  private GrpcFrames() {}

  /** Encodes an uncompressed message with its header. */
  static byte[] encode(Message message) {
    int length = message.getSerializedSize();
    byte[] frame = new byte[HEADER_BYTES + length];
    for (int i = 1; i < HEADER_BYTES; i++) {
      frame[i] = (byte) (length >>> Byte.SIZE * (HEADER_BYTES - 1 - i));
    }
    CodedOutputStream out = CodedOutputStream.newInstance(frame, HEADER_BYTES, length);
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return frame;
  }
}
