package dev.parley.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.parley.proto.v1.JsonKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a piece of JSON text is. */
public final class JsonText {
  /** How deep JSON may be nested. */
  static final int NESTING_MAX = 500;

  /** Reads and writes what is stored: no limits but that of nesting. */
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

  private JsonText() {}

  /** What the value at the parser's token is; moves on to the last token of the value. */
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

  /** What {@code text} is; null if it is not exactly one well-formed value. */
  static @Nullable JsonKind kindOf(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        return null;
      }
      JsonKind kind = skipValue(parser);
      return parser.nextToken() == null ? kind : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** What a field that must hold {@code kind} is told when it does not. */
  static String expectation(JsonKind kind) {
    return switch (kind) {
      case JSON_KIND_OBJECT -> "must be a JSON object";
      case JSON_KIND_BLOCKS -> "must be a string or an array of JSON objects";
      case JSON_KIND_UNSPECIFIED, UNRECOGNIZED -> "must be a JSON value";
    };
  }
}
