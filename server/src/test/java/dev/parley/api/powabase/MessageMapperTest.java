package dev.parley.api.powabase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.api.call.Transport;
import dev.parley.core.read.Chunk;
import dev.parley.core.read.Turn;
import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.proto.powabase.v1.ListMessagesResponse;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.Sessions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageMapperTest {
  private static String json(Turn... turns) {
    String list = Wire.json(toWire(List.of(turns)));
    return JsonBodies.tree(list).get("messages").toString();
  }

  private static ListMessagesResponse toWire(List<Turn> turns) {
    return new MessageMapper(Wire.SESSION.sessionId(), Transport.REST)
        .toWire(new Chunk<>(turns, true));
  }

  private static Turn turn(Role role, @Nullable Run run, List<Json> context) {
    return new Turn(Wire.message(3, role, Content.text("Hi"), "run_1"), run, context);
  }

  @Test
  void user_hasFourMembersOnly() {
    Run run = Wire.run("{\"provider\":\"openai\"}", "{\"citations\":[{\"key\":\"1\"}]}");
    assertThat(json(turn(Role.USER, run, List.of())))
        .isEqualTo(
            "[{\"role\":\"user\",\"content\":\"Hi\",\"run_id\":\"run_1\","
                + "\"timestamp\":\"2026-08-13T17:32:20.004211+00:00\"}]");
  }

  @Test
  void assistant_ofRunWithoutAnything_hasContextOnly() {
    assertThat(json(turn(Role.ASSISTANT, Wire.run(null, "{}"), List.of())))
        .isEqualTo(
            "[{\"role\":\"assistant\",\"content\":\"Hi\",\"run_id\":\"run_1\","
                + "\"timestamp\":\"2026-08-13T17:32:20.004211+00:00\",\"retrieved_context\":[]}]");
  }

  /**
   * The time is that of the imported message, not that of its run, which is created by the import.
   */
  @Test
  void messageWithClientTime_showsIt() {
    Message stored = Wire.message(3, Role.USER, Content.text("Hi"), "run_1");
    Message.Draft draft = stored.draft();
    Message imported =
        new Message(
            3,
            new Message.Draft(
                draft.messageId(),
                draft.role(),
                draft.content(),
                draft.runId(),
                draft.metadata(),
                Instant.parse("2020-01-02T03:04:05.000006Z")),
            stored.createTime());

    for (Run run : Arrays.asList(null, Wire.run(null, "{}"))) {
      assertThat(json(new Turn(imported, run, List.of())))
          .contains("\"timestamp\":\"2020-01-02T03:04:05.000006+00:00\"");
    }
  }

  /** If a run id has no run, the answer has the data of the message only. */
  @Test
  void assistant_withoutItsRun_hasItsOwnTime() {
    assertThat(json(turn(Role.ASSISTANT, null, List.of())))
        .contains("\"run_id\":\"run_1\",\"timestamp\":\"2026-08-13T17:32:22+00:00\"");
  }

  @Test
  void message_withoutRunId_isSeeded() {
    Turn turn = new Turn(Wire.message(3, Role.USER, Content.text("Hi"), null), null, List.of());
    assertThat(json(turn))
        .contains("\"run_id\":\"" + PublicIds.seed(Wire.SESSION.sessionId(), 3) + "\"");
  }

  /** A thousand empty citations are three thousand stored bytes. */
  @Test
  void citations_countForWhatTheyTakeWhenShown() {
    Run run = Wire.run(null, "{\"citations\":[" + "{},".repeat(999) + "{}]}");

    assertThat(MessageMapper.citationBytes(run)).isEqualTo(100_000);
    assertThat(MessageMapper.citationBytes(Wire.run(null, "{}"))).isZero();
  }

  /** REST clients have no limit. gRPC clients accept 4 MiB by default. */
  @Test
  void contentTooLargeForGrpc_leftOutWithItsSize() {
    Content large = Content.text("x".repeat(4 << 20));
    Turn turn = new Turn(Wire.message(1, Role.USER, large, null), null, List.of());
    MessageMapper overGrpc = new MessageMapper(Wire.SESSION.sessionId(), Transport.GRPC);

    var message = overGrpc.toWire(new Chunk<>(List.of(turn), true)).getMessages(0);

    assertThat(message.hasContent()).isFalse();
    assertThat(message.getOmittedContentBytes()).isEqualTo(4 << 20);
    assertThat(toWire(List.of(turn)).getMessages(0).hasContent()).isTrue();
  }

  @Test
  void content_ofBlocks_isTheArray() {
    Content blocks = Content.blocks(Sessions.json("[ {\"n\":1.10} ]"));
    Turn turn = new Turn(Wire.message(1, Role.USER, blocks, null), null, List.of());
    assertThat(Wire.json(toWire(List.of(turn)))).contains("\"content\":[ {\"n\":1.10} ],");
  }

  @Test
  void context_isVerbatim() {
    String item = "{ \"b\":1.10,\"a\" : 12345678901234567890, \"_type\":\"x\"}";
    Turn turn = turn(Role.ASSISTANT, Wire.run(null, "{}"), List.of(Sessions.json(item)));
    assertThat(Wire.json(toWire(List.of(turn)))).contains("\"retrieved_context\":[" + item + "]");
  }

  @Test
  void citation_hasEveryMember() {
    Run run = Wire.run(null, "{\"citations\":[{\"key\":\"1\",\"more\":2}]}");
    assertThat(json(turn(Role.ASSISTANT, run, List.of())))
        .contains(
            "\"citations\":[{\"key\":\"1\",\"item_id\":null,\"source_id\":null,"
                + "\"text_excerpt\":null,\"meta\":{},\"source_name\":\"\"}],");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "5", "\"x\"", "{}", "[1]"})
  void citations_ifNone_leftOut(String citations) {
    Run run = Wire.run(null, "{\"citations\":" + citations + "}");
    assertThat(json(turn(Role.ASSISTANT, run, List.of()))).doesNotContain("citations");
  }

  @ParameterizedTest
  @CsvSource({"anthropic, true", "openai, true", "gemini, true", "other, false", "'', false"})
  void reasoning_shownForKnownProvider(String provider, boolean shown) {
    String reasoning = "{\"x\":1.0, \"provider\":\"" + provider + "\"}";
    Turn turn = turn(Role.ASSISTANT, Wire.run(reasoning, "{}"), List.of());
    String json = Wire.json(toWire(List.of(turn)));
    assertThat(json).contains("\"reasoning_requested\":true");
    assertThat(json.contains("\"reasoning\":" + reasoning)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "2119, true", "-1, false", "1.5, false", "true, false", "{}, false"})
  void reasoningDuration_shownIfItIsOne(String duration, boolean shown) {
    Run run = Wire.run("{}", "{\"reasoning_duration_ms\":" + duration + "}");
    assertThat(json(turn(Role.ASSISTANT, run, List.of())).contains("reasoning_duration_ms"))
        .isEqualTo(shown);
  }

  @Test
  void reasoningDuration_withoutReasoning_leftOut() {
    Run run = Wire.run(null, "{\"reasoning_duration_ms\":5}");
    assertThat(json(turn(Role.ASSISTANT, run, List.of()))).doesNotContain("reasoning");
  }
}
