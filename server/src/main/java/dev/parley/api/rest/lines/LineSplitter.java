package dev.parley.api.rest.lines;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** Splits a body into lines as its data arrives. Not thread-safe. */
final class LineSplitter {
  /** The maximum size of a buffer that is kept for the next line, in bytes. */
  private static final int BUFFER_BYTES = 64 * 1024;

  private ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** Adds data, and passes on each line that is now complete, without its line feed. */
  void add(byte[] data, Consumer<byte[]> complete) {
    int from = 0;
    for (int i = 0; i < data.length; i++) {
      if (data[i] == '\n') {
        line.write(data, from, i - from);
        complete.accept(end());
        from = i + 1;
      }
    }
    line.write(data, from, data.length - from);
  }

  /** Returns the line that has no line feed yet, and begins a new one. */
  byte[] end() {
    byte[] whole = line.toByteArray();
    if (whole.length > BUFFER_BYTES) {
      line = new ByteArrayOutputStream();
    } else {
      line.reset();
    }
    return whole;
  }

  /** The number of bytes of the line that has no line feed yet. */
  int pending() {
    return line.size();
  }
}
