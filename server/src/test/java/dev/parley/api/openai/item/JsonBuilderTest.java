package dev.parley.api.openai.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonBuilderTest {
  private static String text(byte[] utf8) {
    return new String(utf8, UTF_8);
  }

  @Test
  void quoted_isReadBack() throws Exception {
    StringBuilder all = new StringBuilder("é€😀");
    for (char c = 0; c < 0x300; c++) {
      all.append(c);
    }
    String value = all.toString();

    byte[] quoted = JsonBuilder.quoted(value.getBytes(UTF_8));

    assertThat(new ObjectMapper().readValue(quoted, String.class)).isEqualTo(value);
  }

  @Test
  void escapes_areTheShortOnes() {
    assertThat(text(JsonBuilder.quoted("\"\\\b\f\n\r\t\0\u001f/".getBytes(UTF_8))))
        .isEqualTo("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f/\"");
  }

  @Test
  void members_growBeyondTheCapacity() {
    String large = "x".repeat(10_000);
    byte[] object = new JsonBuilder(1).string("a", large).raw("b", "[1.50]".getBytes(UTF_8)).end();

    assertThat(text(object)).isEqualTo("{\"a\":\"" + large + "\",\"b\":[1.50]}");
  }

  @Test
  void array_hasTheElements() {
    assertThat(text(JsonBuilder.array(List.of()))).isEqualTo("[]");
    assertThat(text(JsonBuilder.array(List.of("1".getBytes(UTF_8))))).isEqualTo("[1]");
    assertThat(text(JsonBuilder.array(List.of("1".getBytes(UTF_8), "{}".getBytes(UTF_8)))))
        .isEqualTo("[1,{}]");
  }
}
