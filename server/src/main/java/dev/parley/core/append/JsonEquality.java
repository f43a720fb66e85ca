package dev.parley.core.append;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.model.Json;
import java.io.IOException;
import java.util.Comparator;

/**
 * Compares JSON values: numbers by value, members of objects in any order, strings after their
 * escapes are resolved.
 */
final class JsonEquality {
  /** Longer numbers are expensive to parse. Values that contain one are equal only as text. */
  private static final int NUMBER_LENGTH_MAX = 1_000;

  /** The maximum nesting depth that the APIs accept. */
  private static final int NESTING_MAX = 500;

  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(NESTING_MAX)
                          .maxNumberLength(NUMBER_LENGTH_MAX)
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .readerFor(JsonNode.class);

  private static final Comparator<JsonNode> LEAVES =
      (a, b) -> {
        if (a.isNumber() && b.isNumber()) {
          return a.decimalValue().compareTo(b.decimalValue());
        }
        return a.equals(b) ? 0 : 1;
      };

  private JsonEquality() {}

  /**
   * Whether both texts are the same value. An object with two members of the same name is equal
   * only to the same text.
   */
  static boolean areEqual(Json one, Json other) {
    if (one.equals(other)) {
      return true;
    }
    try {
      JsonNode value = READER.readValue(one.utf8());
      return value.equals(LEAVES, READER.readValue(other.utf8()));
    } catch (IOException e) {
      return false;
    }
  }
}
