package dev.parley.app.cli.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.Timestamps;
import dev.parley.app.cli.transcript.load.ImportCounts;
import dev.parley.app.cli.transcript.source.SourceFormat;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.ServerFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of each format, as programs write them, imported into a real server. */
class SourceFormatsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static ServerFixture server;
  @TempDir private Path folder;
  private UUID agent;

  @BeforeAll
  static void start(@TempDir Path data) {
    server = ServerFixture.start(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeAgent() {
    agent = server.agent("acme");
  }

  @Test
  void openClaw_branchesAndArchives() throws IOException {
    String lines =
        """
        {"type":"session","version":3,"id":"s1","timestamp":"2026-04-08T01:03:43.107Z","cwd":"/w"}
        {"type":"model_change","id":"e0","parentId":null,"modelId":"m"}
        {"type":"message","id":"a","parentId":"e0","message":{"role":"user","content":"q"}}
        {"type":"message","id":"b","parentId":"a","message":{"role":"assistant","content":"old"}}
        {"type":"message","id":"c","parentId":"b","message":{"role":"user","content":"more"}}
        {"type":"message","id":"d","parentId":"a","message":{"role":"assistant","content":"new"}}
        {"type":"compaction","id":"e1","parentId":"d","summary":"S"}
        """;
    write("agents/main/sessions/s1.jsonl", lines);
    write("agents/main/sessions/s0.jsonl.reset.2026-04-07T01-02-03.456Z", lines);
    write("agents/main/sessions/s00.jsonl.deleted.2026-04-07T01-02-03.456Z", lines);
    write("agents/main/sessions/sessions.json", "{\"agent:main:main\":{\"sessionId\":\"s1\"}}");

    load(SourceFormat.OPENCLAW);

    Map<String, List<String>> active = said(active());
    assertThat(active.get("agent:main:main")).containsExactly("USER q", "ASSISTANT new");
    assertThat(active.get("agent:main:main#b"))
        .containsExactly("USER q", "ASSISTANT old", "USER more");
    assertThat(active).hasSize(2);
    assertThat(said(archives()).keySet()).containsExactlyInAnyOrder("s0", "s0#b", "s00", "s00#b");
    List<ChatMessage> messages = messages(find(active(), "agent:main:main"));
    assertThat(messages.get(0).getMetadata().getValue()).contains("\"model_change\"");
    assertThat(messages.get(1).getMetadata().getValue()).contains("\"summary\":\"S\"");
  }

  @Test
  void openClaw_lostParent_conversationIsNotCut() throws IOException {
    write(
        "s.jsonl",
        """
        {"type":"session","version":3,"id":"s"}
        {"type":"message","id":"a","parentId":null,"message":{"role":"user","content":"1"}}
        {"type":"message","id":"b","parent
        {"type":"message","id":"c","parentId":"b","message":{"role":"user","content":"3"}}
        """);

    load(SourceFormat.OPENCLAW);

    assertThat(said(active())).isEqualTo(Map.of("s", List.of("USER 1", "USER 3")));
  }

  /** Two folders can have files of the same name. */
  @Test
  void sameKeyInTwoFiles_sessionsStayApart() throws IOException {
    for (String folder : List.of("a", "b")) {
      write(
          folder + "/s.jsonl",
          """
          {"type":"session","version":3,"id":"s"}
          {"type":"message","id":"1","parentId":null,"message":{"role":"user","content":"%s"}}
          """
              .formatted(folder));
    }

    List<JsonNode> report = load(SourceFormat.OPENCLAW);

    Map<String, List<String>> said = said(active());
    assertThat(said).hasSize(2).containsEntry("s", List.of("USER a"));
    assertThat(said).containsValue(List.of("USER b"));
    assertThat(report.get(0).get("reason").asText()).contains("a/s.jsonl");
  }

  @Test
  void claudeCode_toolsSidechainsAndSummary() throws IOException {
    write(
        "projects/-w/c1.jsonl",
        """
        {"type":"summary","summary":"Fix it","leafUuid":"u3"}
        {"type":"user","uuid":"u1","parentUuid":null,"sessionId":"c1","isSidechain":false,\
        "timestamp":"2026-01-02T03:04:05.678Z","message":{"role":"user","content":"fix"}}
        {"type":"file-history-snapshot","messageId":"x","snapshot":{"n":1.0}}
        {"type":"assistant","uuid":"u2","parentUuid":"u1","sessionId":"c1","isSidechain":false,\
        "timestamp":"2026-01-02T03:04:06Z","message":{"role":"assistant","id":"msg_1","model":"m",\
        "content":[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"ls"}}]}}
        {"type":"user","uuid":"u3","parentUuid":"u2","sessionId":"c1","isSidechain":false,\
        "message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t",\
        "content":"README"}]},"toolUseResult":{"stdout":"README"}}
        {"type":"system","uuid":"u4","parentUuid":"u3","sessionId":"c1","content":"Compacted"}
        {"type":"user","uuid":"u5","sessionId":"c1","isSidechain":true,\
        "message":{"role":"user","content":"sub task"}}
        """);

    load(SourceFormat.CLAUDE_CODE);

    Map<String, List<String>> said = said(active());
    assertThat(said.get("c1"))
        .containsExactly(
            "USER fix",
            "ASSISTANT [{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"Bash\",\"input\":"
                + "{\"command\":\"ls\"}}]",
            "TOOL [{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"README\"}]",
            "SYSTEM Compacted");
    assertThat(said.get("c1#sidechain")).containsExactly("USER sub task");
    Session session = find(active(), "c1");
    assertThat(session.getLabel()).isEqualTo("Fix it");
    List<ChatMessage> messages = messages(session);
    assertThat(times(messages)).startsWith("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:06Z");
    assertThat(messages.get(1).getMetadata().getValue())
        .contains("\"model\":\"m\"", "file-history-snapshot", "\"n\":1.0");
    assertThat(messages.get(2).getMetadata().getValue()).contains("\"stdout\":\"README\"");
  }

  @Test
  void codex_rolloutsOfBothForms() throws IOException {
    write(
        "2026/01/02/rollout-new.jsonl",
        """
        {"timestamp":"2026-01-02T03:04:05Z","type":"session_meta","payload":{"id":"x","cwd":"/w"}}
        {"timestamp":"2026-01-02T03:04:06Z","type":"response_item","payload":{"type":"message",\
        "role":"user","content":[{"type":"input_text","text":"hi"}]}}
        {"timestamp":"2026-01-02T03:04:07Z","type":"event_msg","payload":{"type":"token_count"}}
        {"timestamp":"2026-01-02T03:04:08Z","type":"response_item",\
        "payload":{"type":"function_call","name":"shell","arguments":"{}","call_id":"c"}}
        {"timestamp":"2026-01-02T03:04:09Z","type":"response_item",\
        "payload":{"type":"function_call_output","call_id":"c","output":"ok"}}
        """);
    write(
        "rollout-old.jsonl",
        """
        {"id":"y","timestamp":"2025-05-06T07:08:09Z","instructions":null}
        {"type":"message","role":"assistant","content":[{"type":"output_text","text":"yo"}]}
        {"record_type":"state"}
        """);

    load(SourceFormat.CODEX);

    Map<String, List<String>> said = said(active());
    assertThat(said.get("rollout-new"))
        .containsExactly(
            "USER [{\"type\":\"input_text\",\"text\":\"hi\"}]",
            "ASSISTANT [{\"type\":\"function_call\",\"name\":\"shell\",\"arguments\":\"{}\","
                + "\"call_id\":\"c\"}]",
            "TOOL [{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"ok\"}]");
    assertThat(said.get("rollout-old"))
        .containsExactly("ASSISTANT [{\"type\":\"output_text\",\"text\":\"yo\"}]");
    Session session = find(active(), "rollout-new");
    assertThat(session.getMetadata().getValue()).contains("\"cwd\":\"/w\"");
    assertThat(messages(session).get(1).getMetadata().getValue()).contains("token_count");
    assertThat(times(messages(session))).startsWith("2026-01-02T03:04:06Z");
  }

  @Test
  void chatGpt_currentBranchFirstThenTheOthers() throws IOException {
    write(
        "conversations.json",
        """
        [{"title":"Trip","create_time":1709125200.123456,"update_time":1709128800.5,
          "conversation_id":"c-1","current_node":"n4","mapping":{
          "n4":{"id":"n4","parent":"n2","children":[],"message":{"id":"n4","author":{"role":
            "assistant"},"create_time":1709125203.25,"content":{"content_type":"text",
            "parts":["second answer"]}}},
          "root":{"id":"root","message":null,"parent":null,"children":["n2"]},
          "n2":{"id":"n2","parent":"root","children":["n3","n4"],"message":{"id":"n2","author":
            {"role":"user"},"create_time":1709125201,"content":{"content_type":"multimodal_text",
            "parts":["look",{"content_type":"image_asset_pointer","asset_pointer":"f"}]}}},
          "n3":{"id":"n3","parent":"n2","children":[],"message":{"id":"n3","author":{"role":
            "assistant"},"create_time":null,"content":{"content_type":"code","language":"python",
            "text":"1+1"}}}}},
         {"title":"Broken"},
         {"title":"Cut
        """);

    List<JsonNode> report = load(SourceFormat.CHATGPT);

    Map<String, List<String>> said = said(active());
    String question =
        "USER [{\"type\":\"text\",\"text\":\"look\"},"
            + "{\"content_type\":\"image_asset_pointer\",\"asset_pointer\":\"f\"}]";
    assertThat(said.get("chatgpt:c-1")).containsExactly(question, "ASSISTANT second answer");
    assertThat(said.get("chatgpt:c-1#n3"))
        .containsExactly(
            question,
            "ASSISTANT [{\"content_type\":\"code\",\"language\":\"python\",\"text\":\"1+1\"}]");
    assertThat(times(messages(find(active(), "chatgpt:c-1"))))
        .containsExactly("2024-02-28T13:00:01Z", "2024-02-28T13:00:03.250Z");
    assertThat(find(active(), "chatgpt:c-1").getLabel()).isEqualTo("Trip");
    assertThat(report)
        .extracting(line -> line.path("outcome").asText())
        .containsExactly("skipped", "skipped", "");
  }

  @Test
  void langGraph_threadsAndStates() throws IOException {
    write(
        "thread.json",
        """
        {
          "thread_id": "t-1", "created_at": "2026-01-02T03:04:05.000006+00:00",
          "values": {"messages": [
            {"type": "human", "id": "h", "content": "hi"},
            {"type": "ai", "id": "a", "content": "", "tool_calls":
              [{"name": "f", "args": {"x": 1.0}, "id": "c", "type": "tool_call"}]},
            {"type": "tool", "content": "r", "tool_call_id": "c"},
            {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "AIMessage"],
             "kwargs": {"content": "done", "type": "ai"}}
          ], "other": 7}
        }
        """);
    write(
        "history.jsonl",
        """
        {"values":{"messages":[{"type":"human","content":"1"},{"type":"ai","content":"2"}]},\
        "config":{"configurable":{"thread_id":"t-2"}},"next":[]}
        {"values":{"messages":[{"type":"human","content":"1"}]},\
        "config":{"configurable":{"thread_id":"t-2"}},"next":["n"]}
        """);

    load(SourceFormat.LANGGRAPH);

    Map<String, List<String>> said = said(active());
    assertThat(said.get("langgraph:t-1"))
        .containsExactly(
            "USER hi",
            "ASSISTANT [{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{\"x\":1.0},"
                + "\"call_type\":\"tool_call\"}]",
            "TOOL r",
            "ASSISTANT done");
    assertThat(said.get("langgraph:t-2")).containsExactly("USER 1", "ASSISTANT 2");
    assertThat(said).hasSize(2);
    assertThat(find(active(), "langgraph:t-1").getMetadata().getValue()).contains("\"other\":7");
  }

  @Test
  void openAi_conversationsAndSingleMessages_exportedAgain() throws IOException {
    String line =
        """
        {"messages":[{"role":"developer","content":"Be short."},{"role":"user","content":"ls"},\
        {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",\
        "function":{"name":"sh","arguments":"{\\"cmd\\": \\"ls\\"}"}}]},\
        {"role":"tool","content":"README","tool_call_id":"c"}]}
        """;
    write("train.jsonl", line);
    write(
        "batch.jsonl",
        """
        {"custom_id":"b-1","body":{"model":"m","messages":[{"role":"user","content":"q"}]}}
        {"custom_id":"b-2","body":{"messages":[{"role":"user","content":[{"type":"image_url"}]}]},\
        "response":{"choices":[{"message":{"role":"assistant","content":"a"}}]}}
        """);
    write(
        "log.jsonl",
        "{\"role\":\"user\",\"content\":\"x\"}\n{\"role\":\"bot\",\"content\":\"y\"}\n");

    load(SourceFormat.OPENAI);

    Map<String, List<String>> said = said(active());
    assertThat(said.get("openai:b-1")).containsExactly("USER q");
    assertThat(said.get("openai:b-2"))
        .containsExactly("USER [{\"type\":\"image_url\"}]", "ASSISTANT a");
    assertThat(said.get("log")).containsExactly("USER x", "TOOL y");
    assertThat(said.get("openai:train:1"))
        .contains(
            "ASSISTANT [{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"sh\",\"input\":"
                + "{\"cmd\":\"ls\"}}]");
    String exported = export(ExportFormat.OPENAI, "openai:train:1");
    Path file =
        Files.writeString(
            folder.resolve("exported.jsonl"), exported + export(ExportFormat.OPENAI, "openai:b-1"));
    agent = server.agent("acme");
    assertThat(Imports.load(server, agent, file, null, null).sessionsMade()).isEqualTo(2);
    List<String> trained = said.get("openai:train:1");
    assertThat(said(active()))
        .isEqualTo(Map.of("openai:train:1", trained, "openai:b-1", List.of("USER q")));
    assertThat(JSON.readTree(exported).get("messages"))
        .isEqualTo(JSON.readTree(line).get("messages"));
  }

  @Test
  void markdown_rolesTimesTextAndBlocks() throws IOException {
    write(
        "s.jsonl",
        """
        {"session":{"key":"k","label":"A talk"}}
        {"key":"k","message":{"messageId":"1","role":"USER","content":"Hi *there*",\
        "clientTime":"2020-01-02T03:04:05Z"}}
        {"key":"k","message":{"messageId":"2","role":"ASSISTANT","content":[\
        {"type":"text","text":"Look:"},\
        {"type":"tool_use","id":"t","name":"sh","input":{"a":"```"}}]}}
        """);
    load(SourceFormat.JSONL);

    assertThat(export(ExportFormat.MARKDOWN, "k"))
        .startsWith("# A talk\n\n- Key: k\n- Session: ")
        .contains("\n## User · 2020-01-02T03:04:05Z\n\nHi *there*\n\n## Assistant · 2")
        .endsWith("\n\nLook:\n\nTool call: sh\n\n````json\n{\"a\":\"```\"}\n````\n\n");
  }

  private String export(ExportFormat format, String key) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Exports.run(server, agent, key, false, format.target(out));
    return out.toString(UTF_8);
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve("in").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Imports all files twice, the second time without effect. Every format must be the expected. */
  private List<JsonNode> load(SourceFormat expected) throws IOException {
    Path report = folder.resolve("report");
    ImportCounts first = Imports.load(server, agent, folder.resolve("in"), null, report);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(report, UTF_8)) {
      lines.add(JSON.readTree(line));
    }
    assertThat(lines)
        .filteredOn(line -> line.has("format"))
        .extracting(line -> line.get("format").asText())
        .containsOnly(expected.toString());
    ImportCounts again = Imports.load(server, agent, folder.resolve("in"), null, null);
    assertThat(first.messagesStored()).isPositive();
    assertThat(again.messagesStored()).isZero();
    assertThat(again.sessionsMade()).isZero();
    return lines;
  }

  private Map<String, List<String>> said(List<Session> sessions) {
    Map<String, List<String>> said = new LinkedHashMap<>();
    for (Session session : sessions) {
      said.put(
          session.getKey(),
          messages(session).stream()
              .map(
                  message ->
                      message.getRole()
                          + " "
                          + (message.getContent().hasBlocks()
                              ? message.getContent().getBlocks().getValue()
                              : message.getContent().getText()))
              .toList());
    }
    return said;
  }

  private static Session find(List<Session> sessions, String key) {
    return sessions.stream().filter(each -> each.getKey().equals(key)).findFirst().orElseThrow();
  }

  private List<ChatMessage> messages(Session session) {
    return AcknowledgedWrites.messages(calls(), session);
  }

  private static List<String> times(List<ChatMessage> messages) {
    return messages.stream()
        .filter(ChatMessage::hasClientTime)
        .map(message -> Timestamps.toString(message.getClientTime()))
        .toList();
  }

  private List<Session> active() {
    return calls()
        .listSessions(ListSessionsRequest.newBuilder().setAgentId(agent.toString()).build())
        .getSessionsList();
  }

  private List<Session> archives() {
    return calls()
        .listArchives(ListArchivesRequest.newBuilder().setAgentId(agent.toString()).build())
        .getArchivesList();
  }

  private static SessionServiceGrpc.SessionServiceBlockingStub calls() {
    return SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
  }
}
