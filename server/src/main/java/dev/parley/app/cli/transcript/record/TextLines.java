package dev.parley.app.cli.transcript.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a file that may be damaged. Line ends are LF or CRLF. A byte order mark is
 * left out.
 */
public final class TextLines implements Closeable {
  /** The maximum length of a line in bytes. */
  public static final int LINE_BYTES_MAX = 256 << 20;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int BEGINNING_BYTES = 1 << 10;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final InputStream in;
  private final int lineBytesMax;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int filled;
  private long number;

  /** Reads lines of at most {@link #LINE_BYTES_MAX} bytes. */
  public TextLines(InputStream in) {
    this(in, LINE_BYTES_MAX);
  }

  TextLines(InputStream in, int lineBytesMax) {
    this.in = in;
    this.lineBytesMax = lineBytesMax;
  }

  /** The next line; null at the end of the file. */
  public @Nullable TextLine next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean tooLong = false;
    boolean ended = false;
    boolean any = false;
    while (!ended && fill()) {
      any = true;
      int end = position;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      int room = Math.min(end - position, lineBytesMax - line.size());
      line.write(buffer, position, room);
      tooLong |= room < end - position;
      ended = end < filled;
      position = ended ? end + 1 : end;
    }
    return any ? line(line.toByteArray(), ended, tooLong) : null;
  }

  private boolean fill() throws IOException {
    if (position < filled) {
      return true;
    }
    position = 0;
    filled = Math.max(in.read(buffer), 0);
    return filled > 0;
  }

  private TextLine line(byte[] read, boolean ended, boolean tooLong) {
    number++;
    int length = read.length;
    if (tooLong) {
      length = Math.min(length, BEGINNING_BYTES);
    } else if (length > 0 && read[length - 1] == '\r') {
      length--;
    }
    byte[] bytes = length == read.length ? read : Arrays.copyOf(read, length);
    boolean valid = true;
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      valid = false;
      text = new String(bytes, UTF_8);
    }
    if (number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    return new TextLine(number, text, valid ? null : bytes, ended, tooLong);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
