package dev.parley.core.append;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonEqualityTest {
  private static boolean areEqual(String one, String other) {
    boolean equal = JsonEquality.areEqual(json(one), json(other));
    assertThat(JsonEquality.areEqual(json(other), json(one))).isEqualTo(equal);
    return equal;
  }

  private static Json json(String text) {
    return Json.ofUtf8(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,\"b\":[2]} | {\"b\": [2], \"a\": 1}",
        "[1.0]              | [1]",
        "[100]              | [1e2]",
        "[-0.0]             | [0]",
        "[1.10]             | [1.1]",
        "[12345678901234567890.5] | [12345678901234567890.50]",
        "[\"\\u00e9\"]       | [\"é\"]",
        "[\"a/b\"]          | [\"a\\/b\"]",
        "[\"\\ud83d\\ude00\"] | [\"\ud83d\ude00\"]",
        "[{\"\\u0061\":null}] | [{\"a\":null}]",
        "1e999999999        | 10e999999998"
      })
  void sameValue_isEqual(String one, String other) {
    assertThat(areEqual(one, other)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]               | [2]",
        "[1]               | [\"1\"]",
        "[1]               | [true]",
        "[1,2]             | [2,1]",
        "{\"a\":1}         | {\"a\":1,\"b\":null}",
        "{\"a\":null}      | {}",
        "[null]            | [0]",
        "[12345678901234567890.5] | [12345678901234567890.51]",
        "[0.1]             | [0.10000000000000001]",
        "[\"a\"]           | [\"A\"]",
        "{\"a\":1,\"a\":2} | {\"a\":2}",
        "1e999999999       | 1e999999998"
      })
  void otherValue_isNotEqual(String one, String other) {
    assertThat(areEqual(one, other)).isFalse();
  }

  @Test
  void veryLongNumber_isEqualToTheSameTextOnly() {
    String digits = "9".repeat(1_001);

    assertThat(areEqual("[" + digits + "]", "[" + digits + "]")).isTrue();
    assertThat(areEqual("[" + digits + "]", "[ " + digits + "]")).isFalse();
    assertThat(areEqual("[" + digits.substring(1) + "]", "[ " + digits.substring(1) + "]"))
        .isTrue();
  }
}
