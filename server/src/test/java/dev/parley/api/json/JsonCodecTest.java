package dev.parley.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DoubleValue;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.parley.api.json.JsonCodec.Parsed;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.proto.guayaba.v1.ListSessionsResponse;
import dev.parley.proto.guayaba.v1.RenameSessionResponse;
import dev.parley.proto.guayaba.v1.RestoreArchiveRequest;
import dev.parley.proto.openai.v1.UpdateConversationRequest;
import dev.parley.proto.powabase.v1.ReasoningStep;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.UpdateSessionRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {

  private static String write(Message message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonWriter.write(JsonText.FACTORY, message, out);
    return out.toString(UTF_8);
  }

  private static Parsed read(String json, Message prototype) {
    return JsonCodec.parse(json.getBytes(UTF_8), prototype);
  }

  private static List<String> violatedFields(String json, Message prototype) {
    return read(json, prototype).violations().stream().map(FieldViolation::field).toList();
  }

  @Nested
  class Writing {
    @Test
    void listMessage_isBareArray() throws IOException {
      assertThat(write(ListSessionsResponse.getDefaultInstance())).isEqualTo("[]");
      assertThat(
              write(
                  ListSessionsResponse.newBuilder()
                      .addSessions(
                          dev.parley.proto.guayaba.v1.Session.newBuilder()
                              .setKey("k")
                              .setUpdatedAt(1773570600123L))
                      .build()))
          .isEqualTo(
              "[{\"key\":\"k\",\"sessionId\":\"\",\"sessionFile\":\"\",\"label\":null,"
                  + "\"updatedAt\":1773570600123}]");
    }

    @Test
    void emptyList_leftOutIfItsOptionsSaySo() throws IOException {
      ReasoningStep.Builder step = ReasoningStep.newBuilder().setStep(1);
      assertThat(write(step.build())).isEqualTo("{\"step\":1}");
      assertThat(write(step.addToolCalls("t").build()))
          .isEqualTo("{\"step\":1,\"tool_calls\":[\"t\"]}");
    }

    @Test
    void messageWithoutFields_isNothing() throws IOException {
      assertThat(write(RenameSessionResponse.getDefaultInstance())).isEmpty();
    }

    @Test
    void grpcOnlyField_isLeftOut() throws IOException {
      ChatMessage message = ChatMessage.newBuilder().setOmittedContentBytes(5).build();

      assertThat(write(message)).isEqualTo(write(ChatMessage.getDefaultInstance()));
    }

    @Test
    void content_isTheStringOrTheArrayItself() throws IOException {
      assertThat(write(Content.newBuilder().setText("a\"\n🙂").build()))
          .isEqualTo("\"a\\\"\\n🙂\"");
      assertThat(write(Content.newBuilder().setText("").build())).isEqualTo("\"\"");
      assertThat(
              write(
                  Content.newBuilder()
                      .setBlocks(Json.newBuilder().setValue("[ {\"n\":1.10} ]"))
                      .build()))
          .isEqualTo("[ {\"n\":1.10} ]");
    }

    @Test
    void int64_isStringUnlessItsOptionSaysNumber() throws IOException {
      assertThat(write(Session.newBuilder().setMessageCount(7).build()))
          .contains("\"messageCount\":\"7\",\"headSequence\":\"0\"");
    }

    @ParameterizedTest
    @CsvSource({
      "1709125200.5, 1709125200.5",
      "1709125200.123457, 1709125200.123457",
      "5, 5.0",
      "0, 0.0",
      "-0.1, -0.1",
      "1e10, 10000000000.0",
      "2e23, 200000000000000000000000.0",
      "1e-7, 0.0000001"
    })
    void double_isAPlainDecimal(double number, String expected) throws IOException {
      assertThat(write(DoubleValue.of(number))).isEqualTo("{\"value\":" + expected + "}");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void double_thatIsNoNumber_isAFault(double number) {
      assertThatThrownBy(() -> write(DoubleValue.of(number)))
          .isInstanceOf(NumberFormatException.class);
    }

    @Test
    void wellKnownTypes_areStrings() throws IOException {
      assertThat(write(Timestamp.newBuilder().setSeconds(1).setNanos(1000).build()))
          .isEqualTo("\"1970-01-01T00:00:01.000001Z\"");
      assertThat(write(FieldMask.newBuilder().addPaths("chat_type").addPaths("label").build()))
          .isEqualTo("\"chatType,label\"");
    }
  }

  @Nested
  class Reading {
    @Test
    void everyViolation_isNamed_andTheRestIsRead() {
      Parsed parsed =
          read(
              """
              {"agentId":5,"key":"k","nope":{"a":[1]},"expectedHeadSequence":"x",
               "createIfMissing":"true","messages":[{"role":"WHO","content":5},{"role":"USER"}]}""",
              AppendMessagesRequest.getDefaultInstance());
      assertThat(parsed.violations())
          .extracting(FieldViolation::field)
          .containsExactly(
              "agentId",
              "nope",
              "expectedHeadSequence",
              "createIfMissing",
              "messages[0].role",
              "messages[0].content");
      AppendMessagesRequest message = (AppendMessagesRequest) parsed.message();
      assertThat(message.getKey()).isEqualTo("k");
      assertThat(message.getMessages(1).getRole()).isEqualTo(ChatMessage.Role.USER);
    }

    @Test
    void names_inEitherSpelling_butOnce() {
      UpdateSessionRequest prototype = UpdateSessionRequest.getDefaultInstance();
      assertThat(violatedFields("{\"session_id\":\"a\"}", prototype)).isEmpty();
      assertThat(violatedFields("{\"session_id\":\"a\",\"sessionId\":\"a\"}", prototype))
          .containsExactly("sessionId");
    }

    @Test
    void grpcOnlyField_isUnknown() {
      Parsed parsed = read("{\"omittedContentBytes\":\"5\"}", ChatMessage.getDefaultInstance());

      assertThat(parsed.violations())
          .containsExactly(
              new FieldViolation(
                  "omittedContentBytes", FieldViolation.Rule.UNKNOWN, 0, "is not a known field"));
    }

    @Test
    void oneof_twoMembers_refused() {
      assertThat(
              violatedFields(
                  "{\"key\":\"a\",\"sessionId\":\"b\"}",
                  AppendMessagesRequest.getDefaultInstance()))
          .containsExactly("sessionId");
    }

    @Test
    void null_isAbsent_unlessItsOptionRefuses() {
      assertThat(violatedFields("{\"label\":null,\"key\":null}", Session.getDefaultInstance()))
          .isEmpty();
      assertThat(violatedFields("{\"label\":null}", RestoreArchiveRequest.getDefaultInstance()))
          .containsExactly("label");
    }

    @Test
    void null_isAValue_ifTheOptionKeepsIt() {
      UpdateConversationRequest none = UpdateConversationRequest.getDefaultInstance();
      UpdateConversationRequest parsed =
          (UpdateConversationRequest) read("{\"metadata\": null }", none).message();

      assertThat(parsed.getMetadata().getValue()).isEqualTo("null");
      assertThat(((UpdateConversationRequest) read("{}", none).message()).hasMetadata()).isFalse();
    }

    @Test
    void nulls_ofTheMessageItself_areNamedAsInTheProto() {
      Parsed parsed =
          read(
              "{\"chatType\":null,\"last_channel\":null,\"label\":\"l\"}",
              Session.getDefaultInstance());

      assertThat(parsed.nulls()).containsExactly("chat_type", "last_channel");
      assertThat(
              read("{\"session\":{\"label\":null}}", UpdateSessionRequest.getDefaultInstance())
                  .nulls())
          .isEmpty();
      assertThat(read("{\"label\":null}", RestoreArchiveRequest.getDefaultInstance()).nulls())
          .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "1, USER",
      "4, TOOL",
      "0, ROLE_UNSPECIFIED",
      "\"ASSISTANT\", ASSISTANT",
      "\"ROLE_UNSPECIFIED\", ROLE_UNSPECIFIED"
    })
    void enumValue_byNameOrKnownNumber(String value, ChatMessage.Role role) {
      Parsed parsed = read("{\"role\":" + value + "}", ChatMessage.getDefaultInstance());

      assertThat(parsed.violations()).isEmpty();
      assertThat(((ChatMessage) parsed.message()).getRole()).isEqualTo(role);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6", "-1", "99999999999", "1e400", "1.5", "\"1\"", "\"WHO\"", "true"})
    void enumValue_unknown_isRefusedAlike(String value) {
      assertThat(read("{\"role\":" + value + "}", ChatMessage.getDefaultInstance()).violations())
          .containsExactly(
              FieldViolation.format(
                  "role", "must be one of USER, ASSISTANT, SYSTEM, TOOL, DEVELOPER"));
    }

    /** The rule of the field refuses zero in every representation. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "\"ROLE_UNSPECIFIED\""})
    void enumValue_zeroWhereRequired_isNotSet(String value) {
      Parsed parsed =
          read("{\"role\":" + value + ",\"content\":\"x\"}", ChatMessage.getDefaultInstance());

      assertThat(JsonCodec.violations(parsed)).containsExactly(FieldViolation.required("role"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t"})
    void nothing_isAnEmptyMessage(String json) {
      assertThat(read(json, Session.getDefaultInstance()).message())
          .isEqualTo(Session.getDefaultInstance());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{}{}", "{} x", "nul", "{\"a\"}", "{\"a\":1,}", "\u0000"})
    void malformed_isOneReason(String json) {
      assertThatThrownBy(() -> read(json, Session.getDefaultInstance()))
          .isInstanceOfSatisfying(
              SessionException.class,
              e -> assertThat(e.reason()).isEqualTo(ErrorReason.MALFORMED_BODY));
    }

    @ParameterizedTest
    @CsvSource({"500, true", "501, false"})
    void nesting_atAndPastItsBound(int depth, boolean fits) {
      // The object of the request and the value of the field are two of the levels.
      String json = "{\"metadata\":{\"a\":" + "[".repeat(depth - 2) + "]".repeat(depth - 2) + "}}";
      if (fits) {
        assertThat(violatedFields(json, Session.getDefaultInstance())).isEmpty();
      } else {
        assertThatThrownBy(() -> read(json, Session.getDefaultInstance()))
            .isInstanceOf(SessionException.class);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"{\"a\" : 1.10 , \"b\":[ ]}", "{\"é\":\"\\u0000\"}", "{\"n\":-0.0e-5}", "{}"})
    void verbatim_keepsEveryByte(String value) {
      Session session =
          (Session)
              read(
                      "{\"label\":\"é\",\"metadata\": " + value + " ,\"key\":\"k\"}",
                      Session.getDefaultInstance())
                  .message();
      assertThat(session.getMetadata().getValue()).isEqualTo(value);
      assertThat(session.getKey()).isEqualTo("k");
    }

    @ParameterizedTest
    @CsvSource({
      "2026-01-31T12:00:00Z, true",
      "2026-01-31T13:00:00.000001+01:00, true",
      "2026-01-31, false",
      "2026-13-01T00:00:00Z, false",
      "'', false"
    })
    void timestamp_isRfc3339(String text, boolean good) {
      assertThat(
              violatedFields(
                  "{\"expireTime\":\"" + text + "\"}",
                  dev.parley.proto.v1.CreateKeyRequest.getDefaultInstance()))
          .hasSize(good ? 0 : 1);
    }

    @Test
    void fieldMask_isSplitAndSpelledAsInTheProto() {
      UpdateSessionRequest request =
          (UpdateSessionRequest)
              read(
                      "{\"updateMask\":\"chatType, label,agent_version\"}",
                      UpdateSessionRequest.getDefaultInstance())
                  .message();
      assertThat(request.getUpdateMask().getPathsList())
          .containsExactly("chat_type", "label", "agent_version");
    }
  }
}
