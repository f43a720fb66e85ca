package dev.parley.model;

import static dev.parley.testing.Sessions.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void text_isKeptAsItCame() {
    String text = "{ \"b\" : 1.0, \"a\":\"\u00e9\" }";

    assertThat(json(text)).hasToString(text);
    assertThat(json(text).utf8()).isEqualTo(text.getBytes(UTF_8));
    assertThat(Json.EMPTY_OBJECT).hasToString("{}");
  }

  @Test
  void equals_comparesTheText() {
    assertThat(json("{}"))
        .isEqualTo(Json.EMPTY_OBJECT)
        .hasSameHashCodeAs(Json.EMPTY_OBJECT)
        .isNotEqualTo(json("{ }"))
        .isNotEqualTo("{}");
  }
}
