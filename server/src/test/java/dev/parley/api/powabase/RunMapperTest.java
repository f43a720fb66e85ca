package dev.parley.api.powabase;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.api.call.Transport;
import dev.parley.core.read.RunTurns;
import dev.parley.model.Content;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.Sessions;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RunMapperTest {
  private static JsonNode json(Run run, Message... messages) {
    return JsonBodies.tree(
        Wire.json(RunMapper.toWire(new RunTurns(run, List.of(messages)), Transport.REST)));
  }

  private static Message said(long sequence, Role role, String text) {
    return Wire.message(sequence, role, Content.text(text), "run_1");
  }

  @Test
  void run_ofWhichNothingIsKnown_hasEveryMember() {
    Run run =
        Run.create(
            Wire.SESSION.agentId(),
            Wire.SESSION.sessionId(),
            "run_1",
            Run.State.PENDING,
            Run.Report.EMPTY,
            Wire.SESSION.createTime());
    assertThat(json(run))
        .hasToString(
            "{\"id\":\"%s\",\"run_id\":\"run_1\",\"context_handler_id\":null,"
                    .formatted(PublicIds.run(Wire.SESSION.sessionId(), "run_1"))
                + "\"status\":\"pending\",\"input_messages\":[],\"output_messages\":[],"
                + "\"content\":null,\"usage\":null,\"error\":null,\"started_at\":null,"
                + "\"completed_at\":null,\"created_at\":\"2026-08-13T17:30:00.120000+00:00\","
                + "\"steps\":null,\"events\":[],\"tool_calls\":[],\"reasoning_steps\":[],"
                + "\"agent_id\":\"b7f5b9d4-2f7e-4b86-8a3c-0d9a61f2c733\",\"model\":null}");
  }

  @Test
  void lists_longerThanTheBound_theirFirstItems() {
    String calls = "{},".repeat(FreeJson.ITEMS_MAX) + "{}";
    JsonNode json = json(Wire.run(null, "{\"tool_calls\":[" + calls + "],\"events\":[{}]}"));

    assertThat(json.get("tool_calls")).hasSize(FreeJson.ITEMS_MAX);
    assertThat(json.get("events")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void status_isTheStateInLowerCase(Run.State state) {
    Run run =
        Run.create(
            Wire.SESSION.agentId(),
            Wire.SESSION.sessionId(),
            "run_1",
            state,
            Run.Report.EMPTY,
            Wire.SESSION.createTime());
    assertThat(json(run).get("status").asText()).isEqualTo(state.name().toLowerCase(Locale.ROOT));
  }

  @Test
  void messages_splitByRole_callsWithTheLastAnswer() {
    Run run = Wire.run("{}", "{\"tool_calls\":[{\"tool_name\":\"t\",\"arguments\":{\"q\":1.0}}]}");
    JsonNode json =
        json(
            run,
            said(1, Role.SYSTEM, "s"),
            said(2, Role.USER, "u"),
            said(3, Role.ASSISTANT, "a1"),
            said(4, Role.TOOL, "t"),
            said(5, Role.ASSISTANT, "a2"),
            said(6, Role.TOOL, "t2"),
            said(7, Role.DEVELOPER, "d"));
    assertThat(json.get("input_messages"))
        .hasToString(
            "[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"u\"},"
                + "{\"role\":\"system\",\"content\":\"d\"}]");
    String call =
        "{\"step\":null,\"tool_name\":\"t\",\"arguments\":{\"q\":1.0},\"result\":null,"
            + "\"duration_ms\":null}";
    assertThat(json.get("output_messages"))
        .hasToString(
            "[{\"role\":\"assistant\",\"content\":\"a1\",\"reasoning_requested\":true},"
                + "{\"role\":\"tool\",\"content\":\"t\"},"
                + "{\"role\":\"assistant\",\"content\":\"a2\",\"reasoning_requested\":true,"
                + "\"tool_calls\":["
                + call
                + "]},{\"role\":\"tool\",\"content\":\"t2\"}]");
    assertThat(json.get("tool_calls")).hasToString("[" + call + "]");
    assertThat(json.get("content").asText()).isEqualTo("a2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\",\"n\":1}] | ab",
        "[{\"type\":\"image\",\"url\":\"x\",\"text\":\"no\"},{\"type\":\"text\",\"text\":\"b\"}]|b",
        "[{\"type\":\"text\",\"text\":5},{\"type\":[],\"text\":\"no\"}] | ''",
        "[] | ''"
      })
  void content_ofBlocks_isTheirText(String blocks, String expected) {
    Message answer =
        Wire.message(1, Role.ASSISTANT, Content.blocks(Sessions.json(blocks)), "run_1");
    assertThat(json(Wire.run(null, "{}"), answer).get("content").asText()).isEqualTo(expected);
  }

  @Test
  void details_ofWrongTypes_passedOverAndTheRestKept() {
    JsonNode json =
        json(
            Wire.run(
                null,
                """
                {"context_handler_id":7,"steps":"many","events":[{"e":1.10},5,null,"x"],
                 "tool_calls":[7,{"step":1,"tool_name":"t","arguments":[],"result":"r",
                               "duration_ms":412,"function":{}},{"step":"x","tool_name":5}],
                 "reasoning_steps":[{"content":"c"},{"step":7,"tool_calls":["t",5]},
                                    {"step":0,"tool_calls":[]},null],
                 "citations":"none","unknown":{"a":[1]}}"""));
    assertThat(json.get("context_handler_id").isNull()).isTrue();
    assertThat(json.get("steps").isNull()).isTrue();
    assertThat(json.get("events")).hasToString("[{\"e\":1.1}]");
    assertThat(json.get("tool_calls"))
        .hasToString(
            "[{\"step\":1,\"tool_name\":\"t\",\"arguments\":[],\"result\":\"r\","
                + "\"duration_ms\":412},{\"step\":null,\"tool_name\":\"\",\"arguments\":null,"
                + "\"result\":null,\"duration_ms\":null}]");
    assertThat(json.get("reasoning_steps"))
        .hasToString(
            "[{\"step\":1,\"content\":\"c\"},{\"step\":7,\"tool_calls\":[\"t\"]},{\"step\":3}]");
    assertThat(json.has("citations")).isFalse();
  }

  /** The reader stops reporting violations after a limit, but continues to read. */
  @Test
  void details_withManyWrongTypes_theRestIsKept() {
    String wrong = "5,".repeat(500);
    JsonNode json = json(Wire.run(null, "{\"events\":[" + wrong + "{}],\"steps\":3}"));
    assertThat(json.get("events")).hasSize(1);
    assertThat(json.get("steps").asInt()).isEqualTo(3);
  }
}
