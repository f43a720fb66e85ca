package dev.parley.api.openai.item;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.CharTypes;
import dev.parley.model.Json;
import java.util.Arrays;
import java.util.List;

/** Builds JSON from new members and parts of stored JSON. */
public final class JsonBuilder {
  private static final int CAPACITY = 256;

  /** For each ASCII character: 0, the character after the backslash, or less for {@code \\u00}. */
  private static final int[] ESCAPES = CharTypes.get7BitOutputEscapes();

  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
  private static final byte[] UNICODE = "\\u00".getBytes(US_ASCII);

  private byte[] out;
  private int size;

  /** Starts an object. */
  public JsonBuilder() {
    this(CAPACITY);
  }

  /** Starts an object of about {@code capacity} bytes. */
  JsonBuilder(int capacity) {
    out = new byte[capacity];
    add('{');
  }

  /** Adds a member with a string. The name needs no escapes. */
  public JsonBuilder string(String name, String value) {
    return text(name, value.getBytes(UTF_8));
  }

  /** Adds a member with a string in UTF-8. The name needs no escapes. */
  JsonBuilder text(String name, byte[] utf8) {
    name(name);
    quote(utf8);
    return this;
  }

  /** Adds a member with a value that is JSON text. The name needs no escapes. */
  public JsonBuilder raw(String name, byte[] value) {
    name(name);
    return literal(value);
  }

  /** Adds a member that is a part of other JSON text. */
  void member(byte[] json, int start, int end) {
    comma();
    add(json, start, end);
  }

  /** Adds text as it is. */
  JsonBuilder literal(byte[] json) {
    add(json, 0, json.length);
    return this;
  }

  private void name(String name) {
    comma();
    add('"');
    literal(name.getBytes(US_ASCII));
    add('"');
    add(':');
  }

  private void comma() {
    if (!isEmpty()) {
      add(',');
    }
  }

  public boolean isEmpty() {
    return size == 1;
  }

  /** Adds a string. */
  JsonBuilder quote(byte[] utf8) {
    add('"');
    int start = 0;
    for (int i = 0; i < utf8.length; i++) {
      int escape = utf8[i] < 0 ? 0 : ESCAPES[utf8[i]];
      if (escape != 0) {
        add(utf8, start, i);
        escape(escape, utf8[i]);
        start = i + 1;
      }
    }
    add(utf8, start, utf8.length);
    add('"');
    return this;
  }

  private void escape(int escape, byte character) {
    if (escape > 0) {
      add('\\');
      add(escape);
    } else {
      literal(UNICODE);
      add(HEX[character >> 4]);
      add(HEX[character & 0xf]);
    }
  }

  private void add(int character) {
    reserve(1);
    out[size++] = (byte) character;
  }

  private void add(byte[] json, int start, int end) {
    int length = end - start;
    reserve(length);
    System.arraycopy(json, start, out, size, length);
    size += length;
  }

  private void reserve(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, Math.addExact(size, more)));
    }
  }

  /** Ends the object. The builder must not be used any more. */
  byte[] end() {
    add('}');
    return bytes();
  }

  /** The text so far. */
  byte[] bytes() {
    return Arrays.copyOf(out, size);
  }

  /** Ends the object. The builder must not be used any more. */
  public Json json() {
    return Json.ofUtf8(end());
  }

  /** A string. */
  static byte[] quoted(byte[] utf8) {
    JsonBuilder out = new JsonBuilder(utf8.length + CAPACITY);
    out.size = 0;
    return out.quote(utf8).bytes();
  }

  /** The array with these elements. */
  static byte[] array(List<byte[]> elements) {
    int length = elements.stream().mapToInt(element -> element.length + 1).sum();
    byte[] array = new byte[Math.max(2, length + 1)];
    array[0] = '[';
    int at = 1;
    for (byte[] element : elements) {
      if (at > 1) {
        array[at++] = ',';
      }
      System.arraycopy(element, 0, array, at, element.length);
      at += element.length;
    }
    array[at] = ']';
    return array;
  }
}
