package dev.parley.api.json;

import java.io.ByteArrayOutputStream;

/** A growing, reusable buffer. Not thread-safe. */
final class JsonBuffer extends ByteArrayOutputStream {
  /** Creates a buffer with an initial capacity in bytes. */
  JsonBuffer(int capacity) {
    super(capacity);
  }

  /** The current capacity in bytes. */
  int capacity() {
    return buf.length;
  }
}
