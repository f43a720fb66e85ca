package dev.parley.api.json;

import java.io.ByteArrayOutputStream;

/** A growing buffer that can be used again. Not safe for use by several threads. */
final class JsonBuffer extends ByteArrayOutputStream {
  /** A buffer that grows when it holds more than {@code capacity} bytes. */
  JsonBuffer(int capacity) {
    super(capacity);
  }

  /** How many bytes it can hold without growing. */
  int capacity() {
    return buf.length;
  }
}
