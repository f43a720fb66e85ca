package dev.parley.api.openai.item;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.parley.model.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds a JSON object from new members and parts of stored JSON. */
public final class JsonBuilder {
  private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public JsonBuilder() {
    out.write('{');
  }

  /** Adds a member with a string. The name needs no escapes. */
  public JsonBuilder string(String name, String value) {
    return raw(name, quoted(value));
  }

  /** Adds a member with a value that is JSON text. The name needs no escapes. */
  public JsonBuilder raw(String name, byte[] value) {
    comma();
    out.write('"');
    out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    out.write('"');
    out.write(':');
    out.writeBytes(value);
    return this;
  }

  /** Adds a member that is a part of other JSON text. */
  void member(byte[] json, int start, int end) {
    comma();
    out.write(json, start, end - start);
  }

  private void comma() {
    if (!isEmpty()) {
      out.write(',');
    }
  }

  public boolean isEmpty() {
    return out.size() == 1;
  }

  /** Ends the object. The builder must not be used any more. */
  byte[] end() {
    out.write('}');
    return out.toByteArray();
  }

  /** Ends the object. The builder must not be used any more. */
  public Json json() {
    return Json.ofUtf8(end());
  }

  static byte[] quoted(String text) {
    byte[] escaped = ENCODER.quoteAsUTF8(text);
    byte[] quoted = new byte[escaped.length + 2];
    quoted[0] = '"';
    System.arraycopy(escaped, 0, quoted, 1, escaped.length);
    quoted[quoted.length - 1] = '"';
    return quoted;
  }

  /** The array with these elements. */
  static byte[] array(Iterable<byte[]> elements) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('[');
    for (byte[] element : elements) {
      if (out.size() > 1) {
        out.write(',');
      }
      out.writeBytes(element);
    }
    out.write(']');
    return out.toByteArray();
  }
}
