package dev.parley.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.parley.api.json.JsonCodec.Parsed;
import dev.parley.model.FieldViolation;
import dev.parley.proto.powabase.v1.ReasoningStep;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.Session;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Half of a surrogate pair: an escape that JSON allows and UTF-8 cannot represent. */
class UnpairedSurrogatesTest {

  private static Parsed read(String json, Message prototype) {
    return JsonCodec.parse(json.getBytes(UTF_8), prototype);
  }

  private static List<String> violatedFields(String json, Message prototype) {
    return read(json, prototype).violations().stream().map(FieldViolation::field).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "\\ud83d, U+D83D",
    "a\\udc97b, U+DC97",
    "\\ud83d\\ud83d\\ude00, U+D83D",
    "\\ude00\\ud83d, U+DE00"
  })
  void inProtobufString_isRefusedByName(String text, String name) {
    Parsed parsed = read("{\"label\":\"" + text + "\"}", Session.getDefaultInstance());

    assertThat(parsed.violations())
        .containsExactly(
            FieldViolation.format(
                "label",
                "must be valid Unicode, but has " + name + ", which is half of a surrogate pair"));
  }

  @Test
  void inText_isRefused() {
    assertThat(
            violatedFields(
                "{\"messages\":[{\"role\":\"USER\",\"content\":\"cut \\ud83d\"}]}",
                AppendMessagesRequest.getDefaultInstance()))
        .containsExactly("messages[0].content");
  }

  @Test
  void inUnknownName_isReplacedInTheViolation() {
    assertThat(violatedFields("{\"a\\ud83d\":1}", Session.getDefaultInstance()))
        .containsExactly("a\uFFFD");
  }

  @Test
  void pair_isRead() {
    Session session =
        (Session) read("{\"label\":\"\\ud83d\\ude00\"}", Session.getDefaultInstance()).message();

    assertThat(session.getLabel()).isEqualTo("\uD83D\uDE00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\ud83d\"}",
        "{\"\\ud83d\":1}",
        "{\"long name \\udc97 of a member\":{\"\\ud83d\\ud83d\":[\"\\ude00\"]}}"
      })
  void inJsonValue_areKeptVerbatim(String value) {
    Parsed parsed = read("{\"metadata\":" + value + "}", Session.getDefaultInstance());

    assertThat(parsed.violations()).isEmpty();
    assertThat(((Session) parsed.message()).getMetadata().getValue()).isEqualTo(value);
    assertThat(RequestValidator.check(parsed.message(), true)).isEmpty();
  }

  @Test
  void besideOtherValues_thatStayVerbatim() {
    Session session =
        (Session)
            read(
                    "{\"label\":\"é🙂\",\"origin\": {\"é🙂\":1.10} ,"
                        + "\"metadata\":{\"\\ud83d\":\"\\ud83d\\ude00é\"},"
                        + "\"key\":\"k\"}",
                    Session.getDefaultInstance())
                .message();

    assertThat(session.getOrigin().getValue()).isEqualTo("{\"é🙂\":1.10}");
    assertThat(session.getMetadata().getValue()).isEqualTo("{\"\\ud83d\":\"\\ud83d\\ude00é\"}");
    assertThat(session.getKey()).isEqualTo("k");
  }

  @Test
  void inLongText_keptVerbatim() {
    String value = "{\"a\":\"" + "é".repeat(100_000) + "\",\"\\udc97\":[ 1 ]}";
    Session session =
        (Session)
            read("{\"metadata\":" + value + ",\"key\":\"k\"}", Session.getDefaultInstance())
                .message();

    assertThat(session.getMetadata().getValue()).isEqualTo(value);
    assertThat(session.getKey()).isEqualTo("k");
  }

  @ParameterizedTest
  @CsvSource({
    "\\ud83d, true",
    "\\uDC97, true",
    "\\ud83d\\ud83d\\ude00, true",
    "\\ud83d\\ude00, false",
    "\\ud83d\\ude00\\ude00, true",
    "\\\\ud83d, false",
    "\\\\\\ud83d, true",
    "\\u0064\\\"d83d, false",
    "\\ud7ff\\ue000, false",
    "plain, false"
  })
  void firstUnpaired_looksAtEscapes(String text, boolean has) {
    byte[] utf8 = text.getBytes(UTF_8);

    assertThat(JsonText.firstUnpaired(utf8, 0, utf8.length) >= 0).isEqualTo(has);
  }

  @Test
  void inStoredJson_isShownAsReplacementCharacter() {
    ReasoningStep step =
        JsonCodec.parseStored(
            "{\"content\":\"\\ud83d a \\ud83d\\ude00\",\"tool_calls\":[\"\\udc97\",5]}"
                .getBytes(UTF_8),
            ReasoningStep.getDefaultInstance());

    assertThat(step.getContent()).isEqualTo("\uFFFD a \uD83D\uDE00");
    assertThat(step.getToolCallsList()).containsExactly("\uFFFD");
  }
}
