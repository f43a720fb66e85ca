package dev.parley.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Struct;
import dev.parley.model.FieldViolation;
import dev.parley.proto.v1.Session;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps from string to string, in JSON and in the validation of requests. */
class MapFieldTest {
  @Test
  void map_isAnObject() {
    Session session = Session.newBuilder().putLabels("team", "a \"b\"").putLabels("x", "").build();

    String json = new String(JsonCodec.write(session), UTF_8);

    assertThat(json).contains("\"labels\":{\"team\":\"a \\\"b\\\"\",\"x\":\"\"}");
    assertThat(read(json)).isEqualTo(session);
  }

  @Test
  void emptyMap_isLeftOutIfItsOptionsSaySo() {
    String json = new String(JsonCodec.write(Session.getDefaultInstance()), UTF_8);

    assertThat(json).doesNotContain("labels");
    assertThat(read("{\"labels\":{}}")).isEqualTo(Session.getDefaultInstance());
    assertThat(read("{\"labels\":null}")).isEqualTo(Session.getDefaultInstance());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"labels\":[]} | labels",
        "{\"labels\":\"a\"} | labels",
        "{\"labels\":{\"a\":1}} | labels.a",
        "{\"labels\":{\"a\":null}} | labels.a",
        "{\"labels\":{\"a\":{}}} | labels.a",
        "{\"labels\":{\"a\":\"1\",\"a\":\"2\"}} | labels.a"
      })
  void invalidMap_refusedWithTheNameOfTheEntry(String json, String field) {
    JsonCodec.Parsed parsed = JsonCodec.parse(json.getBytes(UTF_8), Session.getDefaultInstance());

    assertThat(JsonCodec.violations(parsed))
        .extracting(FieldViolation::field)
        .containsExactly(field);
  }

  @Test
  void labels_atTheBounds() {
    Map<String, String> labels =
        IntStream.range(0, 64).boxed().collect(Collectors.toMap(i -> "n" + i, i -> "v"));
    assertThat(check(labels)).isEmpty();
    labels.put("one-more", "v");
    assertThat(check(labels))
        .extracting(FieldViolation::field, FieldViolation::description)
        .containsExactly(tuple("labels", "must not have more than 64 pairs"));

    assertThat(check(Map.of("n".repeat(63), "\uD83D\uDE00".repeat(255)))).isEmpty();
    assertThat(check(Map.of("n".repeat(64), "v"))).hasSize(1);
    assertThat(check(Map.of("n", "v".repeat(256))))
        .extracting(FieldViolation::field)
        .containsExactly("labels.n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "a.b_c-d", "-", "."})
  void labelName_ofTheseCharacters_isValid(String name) {
    assertThat(check(Map.of(name, "v"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a b", "a/b", "\u00e4", "a\n"})
  void labelName_ofOtherCharacters_isInvalid(String name) {
    assertThat(check(Map.of(name, "v"))).hasSize(1);
  }

  @Test
  void labelValue_withControlCharacters_isInvalid() {
    assertThat(check(Map.of("n", "a\nb"))).hasSize(1);
  }

  @Test
  void otherMaps_areNotSupported() {
    assertThatThrownBy(() -> FieldBinding.of(Struct.getDescriptor().findFieldByName("fields")))
        .hasMessageContaining("Only maps from string to string");
  }

  private static List<FieldViolation> check(Map<String, String> labels) {
    return RequestValidator.check(Session.newBuilder().putAllLabels(labels).build(), true);
  }

  private static Session read(String json) {
    JsonCodec.Parsed parsed = JsonCodec.parse(json.getBytes(UTF_8), Session.getDefaultInstance());
    assertThat(JsonCodec.violations(parsed)).isEmpty();
    return (Session) parsed.message();
  }
}
