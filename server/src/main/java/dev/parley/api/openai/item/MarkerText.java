package dev.parley.api.openai.item;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.model.Json;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The text of markers. Those of most messages are read without parsing their JSON. */
final class MarkerText {
  private static final byte[] BY = "{\"openai\":{\"by\":\"".getBytes(US_ASCII);
  private static final byte[] CRC = "\",\"crc\":\"".getBytes(US_ASCII);
  private static final byte[] TYPE = "\",\"type\":\"".getBytes(US_ASCII);
  private static final byte[] END = "\"}}".getBytes(US_ASCII);

  private final byte[] utf8;
  private int at;

  private MarkerText(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** The metadata with a marker. */
  static Json of(Marker marker) {
    JsonBuilder own = new JsonBuilder().string("by", marker.by());
    add(own, "crc", marker.crc());
    add(own, "type", marker.type());
    add(own, "id", marker.id());
    add(own, "call", marker.call());
    if (marker.members() != null) {
      own.raw("item", marker.members().utf8());
    }
    return new JsonBuilder().raw(Marker.NAME, own.end()).json();
  }

  private static void add(JsonBuilder marker, String name, @Nullable String value) {
    if (value != null) {
      marker.string(name, value);
    }
  }

  /**
   * Reads a marker that has {@code by}, or also {@code crc}, or also {@code type}, and nothing
   * else. Returns null for other metadata.
   */
  static @Nullable Marker parse(byte[] utf8) {
    MarkerText text = new MarkerText(utf8);
    String by = text.skip(BY) ? text.digits() : null;
    if (by == null || text.isEnd()) {
      return by == null ? null : new Marker(by, null, null, null, null, null);
    }
    String crc = text.skip(CRC) ? text.digits() : null;
    if (crc == null || text.isEnd()) {
      return crc == null ? null : new Marker(by, crc, null, null, null, null);
    }
    String type = text.skip(TYPE) ? text.name() : null;
    return type != null && text.isEnd() ? new Marker(by, crc, null, type, null, null) : null;
  }

  private boolean skip(byte[] expected) {
    int to = at + expected.length;
    if (to > utf8.length || !Arrays.equals(utf8, at, to, expected, 0, expected.length)) {
      return false;
    }
    at = to;
    return true;
  }

  private boolean isEnd() {
    return at + END.length == utf8.length
        && Arrays.equals(utf8, at, utf8.length, END, 0, END.length);
  }

  /** The hexadecimal digits at this place; null if there are others. */
  private @Nullable String digits() {
    int from = at;
    while (at < utf8.length && at < from + Marker.DIGITS && isDigit(utf8[at])) {
      at++;
    }
    return at == from + Marker.DIGITS ? new String(utf8, from, Marker.DIGITS, US_ASCII) : null;
  }

  private static boolean isDigit(byte character) {
    return character >= '0' && character <= '9' || character >= 'a' && character <= 'f';
  }

  /** The letters and low lines at this place. */
  private String name() {
    int from = at;
    while (at < utf8.length && (utf8[at] >= 'a' && utf8[at] <= 'z' || utf8[at] == '_')) {
      at++;
    }
    return new String(utf8, from, at - from, US_ASCII);
  }
}
