package dev.parley.storage.rocksdb.codec;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Extracts the bytes of a parsed protobuf field without copying. This is safe because nothing else
 * refers to the array.
 */
final class FieldBytes extends ByteOutput {
  private byte @Nullable [] whole;

  private FieldBytes() {}

  static byte[] of(ByteString field) {
    FieldBytes bytes = new FieldBytes();
    try {
      UnsafeByteOperations.unsafeWriteTo(field, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] whole = bytes.whole;
    return whole != null && whole.length == field.size() ? whole : field.toByteArray();
  }

  @Override
  public void writeLazy(byte[] array, int offset, int length) {
    whole = length == array.length ? array : null;
  }

  @Override
  public void write(byte value) {}

  @Override
  public void write(byte[] array, int offset, int length) {}

  @Override
  public void write(ByteBuffer buffer) {}

  @Override
  public void writeLazy(ByteBuffer buffer) {}
}
