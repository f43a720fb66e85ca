package dev.parley.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.parley.proto.v1.JsonKind;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parses and classifies JSON text. */
public final class JsonText {
  private static final int HEX = 16;

  /** The maximum nesting depth of JSON. */
  static final int NESTING_MAX = 500;

  /** Reads and writes stored JSON, without limits except the nesting depth. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(NESTING_MAX)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
          .build();

  /** The length of an escape such as {@code \ud83d}. */
  private static final int ESCAPE_BYTES = 6;

  /** The offset of the digits in an escape. */
  private static final int DIGITS_AT = 2;

  private static final byte[] REPLACEMENT = "\\ufffd".getBytes(UTF_8);

  private JsonText() {}

  /**
   * Creates a parser of JSON in UTF-8. Unpaired surrogates in names and strings become U+FFFD,
   * because Jackson handles them inconsistently.
   */
  public static JsonParser parser(byte[] utf8) throws IOException {
    return FACTORY.createParser(withoutUnpaired(utf8));
  }

  /**
   * Replaces each escape of an unpaired surrogate by the escape of U+FFFD. Offsets do not change.
   * Returns the array itself if there is none.
   */
  static byte[] withoutUnpaired(byte[] utf8) {
    int at = firstUnpaired(utf8, 0, utf8.length);
    if (at < 0) {
      return utf8;
    }
    byte[] replaced = utf8.clone();
    for (; at >= 0; at = firstUnpaired(utf8, at + ESCAPE_BYTES, utf8.length)) {
      System.arraycopy(REPLACEMENT, 0, replaced, at, ESCAPE_BYTES);
    }
    return replaced;
  }

  /**
   * Returns the offset of the first escape of an unpaired surrogate, such as {@code \ud83d}; -1 if
   * there is none.
   */
  static int firstUnpaired(byte[] utf8, int from, int to) {
    for (int i = from; i < to; i++) {
      if (utf8[i] != '\\') {
        continue;
      }
      int half = surrogate(utf8, i);
      if (half == 0) {
        i++;
      } else if (Character.isHighSurrogate((char) half)
          && Character.isLowSurrogate((char) surrogate(utf8, i + ESCAPE_BYTES))) {
        i += 2 * ESCAPE_BYTES - 1;
      } else {
        return i;
      }
    }
    return -1;
  }

  /** Returns the character of the escape at this offset, such as {@code U+D83D}. */
  static String nameOfEscaped(byte[] utf8, int at) {
    return "U+"
        + new String(utf8, at + DIGITS_AT, ESCAPE_BYTES - DIGITS_AT, UTF_8)
            .toUpperCase(Locale.ROOT);
  }

  /**
   * Returns the first surrogate of the kind of the escape at {@code i}; 0 if it is not a surrogate.
   */
  private static int surrogate(byte[] utf8, int i) {
    boolean escape =
        i + ESCAPE_BYTES <= utf8.length
            && utf8[i] == '\\'
            && utf8[i + 1] == 'u'
            && (utf8[i + DIGITS_AT] == 'd' || utf8[i + DIGITS_AT] == 'D');
    return switch (escape ? Character.digit(utf8[i + DIGITS_AT + 1], HEX) : 0) {
      case 0x8, 0x9, 0xa, 0xb -> Character.MIN_HIGH_SURROGATE;
      case 0xc, 0xd, 0xe, 0xf -> Character.MIN_LOW_SURROGATE;
      default -> 0;
    };
  }

  /**
   * Returns the kind of the value at the parser's token, and moves to the last token of the value.
   */
  static JsonKind skipValue(JsonParser parser) throws IOException {
    JsonToken first = parser.currentToken();
    if (!first.isStructStart()) {
      parser.finishToken();
      return JsonKind.JSON_KIND_UNSPECIFIED;
    }
    boolean onlyObjects = first == JsonToken.START_ARRAY;
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (depth == 1 && token != JsonToken.START_OBJECT && token != JsonToken.END_ARRAY) {
        onlyObjects = false;
      }
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
    }
    if (first == JsonToken.START_OBJECT) {
      return JsonKind.JSON_KIND_OBJECT;
    }
    return onlyObjects ? JsonKind.JSON_KIND_BLOCKS : JsonKind.JSON_KIND_UNSPECIFIED;
  }

  /** Returns the kind of the text; null if it is not exactly one well-formed value. */
  static @Nullable JsonKind kindOf(byte[] utf8) {
    try (JsonParser parser = parser(utf8)) {
      if (parser.nextToken() == null) {
        return null;
      }
      JsonKind kind = skipValue(parser);
      return parser.nextToken() == null ? kind : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** Returns the violation message of a field that must contain {@code kind}. */
  static String expectation(JsonKind kind) {
    return switch (kind) {
      case JSON_KIND_OBJECT -> "must be a JSON object";
      case JSON_KIND_BLOCKS -> "must be a string or an array of JSON objects";
      case JSON_KIND_UNSPECIFIED, UNRECOGNIZED -> "must be a JSON value";
    };
  }
}
