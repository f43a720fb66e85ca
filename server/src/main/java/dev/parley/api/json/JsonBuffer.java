package dev.parley.api.json;

import java.io.ByteArrayOutputStream;

/** A growing buffer whose bytes can be read without a copy. Not safe for use by several threads. */
public final class JsonBuffer extends ByteArrayOutputStream {
  /** A buffer that grows when it holds more than {@code capacity} bytes. */
  public JsonBuffer(int capacity) {
    super(capacity);
  }

  /**
   * The array that holds the bytes, from 0 to {@link #size()}. It is shared: later writes change it
   * or replace it.
   */
  public byte[] array() {
    return buf;
  }
}
