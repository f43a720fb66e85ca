package dev.parley.api.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;

/** Decodes percent-encoded text. */
final class PercentCoding {
  private static final int HEX = 16;
  private static final int DIGITS = 2;

  private PercentCoding() {}

  /**
   * Decodes text of a request target. Bytes that are not percent-encoded are Latin-1 characters in
   * the text.
   *
   * @param what the name of the text in errors: {@code path} or {@code query}
   * @param plusIsSpace whether a plus sign means a space, as in queries
   * @throws SessionException {@code MALFORMED_BODY} if the text is not valid UTF-8
   */
  static String decode(String text, String what, boolean plusIsSpace) {
    if (isPlain(text, plusIsSpace)) {
      return text;
    }
    ByteString.Output bytes = ByteString.newOutput(text.length());
    byte[] raw = text.getBytes(ISO_8859_1);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%') {
        bytes.write(hex(text, i + 1, what));
        i += DIGITS;
      } else {
        bytes.write(raw[i] == '+' && plusIsSpace ? ' ' : raw[i]);
      }
    }
    ByteString utf8 = bytes.toByteString();
    if (!utf8.isValidUtf8()) {
      throw malformed("The " + what + " is not valid UTF-8.");
    }
    return utf8.toStringUtf8();
  }

  private static int hex(String text, int at, String what) {
    if (at + DIGITS <= text.length()
        && Character.digit(text.charAt(at), HEX) >= 0
        && Character.digit(text.charAt(at + 1), HEX) >= 0) {
      return Integer.parseInt(text, at, at + DIGITS, HEX);
    }
    throw malformed("The " + what + " has a \"%\" without two hexadecimal digits after it.");
  }

  private static boolean isPlain(String text, boolean plusIsSpace) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' || c >= 0x80 || (c == '+' && plusIsSpace)) {
        return false;
      }
    }
    return true;
  }

  static SessionException malformed(String message) {
    return new SessionException(ErrorReason.MALFORMED_BODY, message);
  }
}
