package dev.parley.app.cli.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.load.ImportCounts;
import dev.parley.app.cli.transcript.source.SourceFormat;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Imports and exports files of grip and OpenClaw with a real server. */
class TranscriptsTest {
  /** A file of grip: the example of its contract, with further fields that files can have. */
  private static final String GRIP_FILE =
      """
      {"key":"user:alice:project-planning","messages":[
      {"role":"system","content":"Be short."},
      {"role":"user","content":"List the files 🦜"},
      {"role":"assistant","content":"","tool_calls":[
      {"id":"call_1","function_name":"bash","arguments":{"cmd":"ls","n":1.0,"a":1}}]},
      {"role":"tool","content":"README.md","tool_call_id":"call_1","name":"bash"},
      {"role":"assistant","content":"There is one file: README.md"}],
      "summary":"Files were listed.","created_at":1709125200.5,"updated_at":1709128800.3}
      """;

  private static final String CLAW_SESSION = "7b1f6f0e-0000-4000-8000-000000000001";
  private static final String CLAW_INDEX =
      """
      {"agent:main:main":{"sessionId":"%1$s","updatedAt":1775610223107,
      "sessionFile":"/home/me/.openclaw/agents/main/sessions/%1$s.jsonl","label":"Main",
      "chatType":"direct","lastChannel":"web","origin":{"provider":"web","threadId":7}}}
      """
          .formatted(CLAW_SESSION);
  private static final String CLAW_LINES =
      """
      {"type":"session","version":3,"id":"%s","timestamp":"2026-04-08T01:03:43.107Z","cwd":"/w"}
      {"type":"model_change","id":"7f59d586","parentId":null,"provider":"p","modelId":"m"}
      {"type":"message","id":"a1","parentId":"7f59d586","timestamp":"2026-04-08T01:03:44.000Z",\
      "message":{"role":"user","content":"How is it?","timestamp":1775610224000}}
      {"type":"message","id":"a2","parentId":"a1","timestamp":"2026-04-08T01:03:45.000Z",\
      "message":{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},\
      {"type":"toolCall","id":"c","name":"look","arguments":{"z":1.0,"a":1}}],\
      "provider":"p","usage":{"input":3},"stopReason":"toolUse","timestamp":1775610225000}}
      {"type":"message","id":"a3","parentId":"a2","timestamp":"2026-04-08T01:03:46.000Z",\
      "message":{"role":"toolResult","toolCallId":"c","toolName":"look",\
      "content":[{"type":"text","text":"sunny ☀"}],"isError":false,"timestamp":1775610226000}}
      """
          .formatted(CLAW_SESSION);

  private static final ObjectMapper JSON = new ObjectMapper();

  private static ServerFixture server;
  @TempDir private Path folder;

  @BeforeAll
  static void start(@TempDir Path data) {
    server = ServerFixture.start(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A tool has cut an emoji in half. JSON keeps the half, and text shows U+FFFD. */
  @Test
  void grip_halfSurrogatePair_staysInBlocks() throws IOException {
    Files.writeString(
        folder.resolve("cut.json"),
        """
        {"key":"cut","messages":[{"role":"user","content":"cut \\ud83d"},
        {"role":"assistant","content":"","tool_calls":[
        {"id":"c","function_name":"f","arguments":{"a":"\\ud83d"}}]}]}""");
    UUID agent = server.agent("acme");
    load(SourceFormat.GRIP, folder, agent);
    Path out = Files.createDirectory(folder.resolve("out"));
    export(ExportFormat.GRIP, agent, out);

    List<ChatMessage> stored = messages(agent, "cut");
    assertThat(stored.get(0).getContent().getText()).isEqualTo("cut \uFFFD");
    assertThat(stored.get(1).getContent().getBlocks().getValue()).contains("{\"a\":\"\\ud83d\"}");
    assertThat(Files.readString(out.resolve("cut.json"))).contains("{\"a\":\"\\ud83d\"}");
  }

  @Test
  void grip_itsFile_comesBackButForTimes() throws IOException {
    Files.writeString(folder.resolve("user_alice_project-planning.json"), GRIP_FILE);
    UUID agent = server.agent("acme");

    ImportCounts first = load(SourceFormat.GRIP, folder, agent);
    ImportCounts again = load(SourceFormat.GRIP, folder, agent);

    assertThat(first.messagesStored()).isEqualTo(5);
    assertThat(again.messagesStored()).isZero();
    assertThat(messages(agent, "user:alice:project-planning").get(2).getContent().getBlocks())
        .extracting(Json::getValue)
        .asString()
        .contains("\"tool_use\"", "{\"cmd\":\"ls\",\"n\":1.0,\"a\":1}");
    Path out = Files.createDirectory(folder.resolve("out"));
    export(ExportFormat.GRIP, agent, out);
    JsonNode file = JSON.readTree(out.resolve("user_alice_project-planning.json").toFile());
    JsonNode original = JSON.readTree(GRIP_FILE);
    assertThat(file.get("messages")).isEqualTo(original.get("messages"));
    assertThat(file.get("key")).isEqualTo(original.get("key"));
    assertThat(file.get("summary")).isEqualTo(original.get("summary"));
    assertThat(file.get("created_at").isNumber()).isTrue();
  }

  @Test
  void openClaw_itsTranscript_comesBackButForTimesAndIds() throws IOException {
    Files.writeString(folder.resolve("sessions.json"), CLAW_INDEX);
    Files.writeString(folder.resolve(CLAW_SESSION + ".jsonl"), CLAW_LINES);
    UUID agent = server.agent("acme");

    ImportCounts first = load(SourceFormat.OPENCLAW, folder, agent);
    ImportCounts again = load(SourceFormat.OPENCLAW, folder, agent);

    assertThat(first.messagesStored()).isEqualTo(3);
    assertThat(again.messagesStored()).isZero();
    List<ChatMessage> messages = messages(agent, "agent:main:main");
    assertThat(messages).extracting(ChatMessage::getMessageId).containsExactly("a1", "a2", "a3");
    assertThat(messages.get(0).getContent().getText()).isEqualTo("How is it?");
    assertThat(messages.get(1).getContent().getBlocks().getValue())
        .contains("\"arguments\":{\"z\":1.0,\"a\":1}");
    assertThat(messages.get(2).getContent().getText()).isEqualTo("sunny ☀");
    Path out = Files.createDirectory(folder.resolve("out"));
    export(ExportFormat.OPENCLAW, agent, out);
    JsonNode entry = JSON.readTree(out.resolve("sessions.json").toFile()).get("agent:main:main");
    JsonNode told = JSON.readTree(CLAW_INDEX).get("agent:main:main");
    for (String name : List.of("label", "chatType", "lastChannel", "origin")) {
      assertThat(entry.get(name)).isEqualTo(told.get(name));
    }
    List<String> written = Files.readAllLines(out.resolve(entry.get("sessionFile").asText()));
    assertThat(written).hasSize(4);
    assertThat(JSON.readTree(written.get(0)).get("version").asInt()).isEqualTo(3);
    List<String> original = CLAW_LINES.lines().toList();
    for (int i = 1; i < 4; i++) {
      assertThat(said(written.get(i))).isEqualTo(said(original.get(i + 1)));
      assertThat(JSON.readTree(written.get(i)).get("parentId").asText())
          .isEqualTo(i == 1 ? "null" : "a" + (i - 1));
    }
  }

  private static JsonNode said(String line) throws IOException {
    ObjectNode message = (ObjectNode) JSON.readTree(line).get("message");
    return message;
  }

  /**
   * Text of each role, text with line breaks, blocks, and keys whose file names would be the same.
   */
  @ParameterizedTest
  @EnumSource(names = {"GRIP", "OPENCLAW"})
  void roundTrip_awkwardSessions_sameContent(ExportFormat format) throws IOException {
    UUID from = server.agent("acme");
    for (String key : List.of("a:b", "a/b", "A:B", "🦜")) {
      append(from, key, ChatMessage.Role.USER, text("\u0000 tab\t 🦜 \"quoted\"\nline\r\u2028"));
      append(from, key, ChatMessage.Role.ASSISTANT, text(key));
      append(from, key, ChatMessage.Role.SYSTEM, text(""));
      append(from, key, ChatMessage.Role.TOOL, text("ok"));
      append(
          from,
          key,
          ChatMessage.Role.ASSISTANT,
          blocks(
              "[{\"type\":\"text\",\"text\":\"Look:\"},"
                  + "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"z\":1.0}}]"));
    }
    UUID to = server.agent("acme");

    export(format, from, folder);
    ImportCounts importer = load(SourceFormat.valueOf(format.name()), folder, to);

    assertThat(importer.sessionsMade()).isEqualTo(4);
    for (String key : List.of("a:b", "a/b", "A:B", "🦜")) {
      assertThat(said(to, key)).isEqualTo(said(from, key));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(format == ExportFormat.GRIP ? 4 : 5);
    }
  }

  /** Existing files are not overwritten. */
  @Test
  void export_fileThere_refused() throws IOException {
    UUID agent = server.agent("acme");
    append(agent, "k", ChatMessage.Role.USER, text("hi"));
    export(ExportFormat.GRIP, agent, folder);

    assertThatThrownBy(() -> export(ExportFormat.GRIP, agent, folder))
        .hasMessageContaining("already exists");
  }

  private static Content text(String text) {
    return Content.newBuilder().setText(text).build();
  }

  private static Content blocks(String json) {
    return Content.newBuilder().setBlocks(Json.newBuilder().setValue(json)).build();
  }

  private static void append(UUID agent, String key, ChatMessage.Role role, Content content) {
    var unused =
        calls()
            .appendMessages(
                AppendMessagesRequest.newBuilder()
                    .setAgentId(agent.toString())
                    .setKey(key)
                    .setCreateIfMissing(true)
                    .addMessages(ChatMessage.newBuilder().setRole(role).setContent(content))
                    .build());
  }

  private static void export(ExportFormat format, UUID agent, Path to) throws IOException {
    try (var target = format.target(to, false)) {
      Exports.run(server, agent, null, false, target);
    }
  }

  private static ImportCounts load(SourceFormat format, Path from, UUID agent) throws IOException {
    return Imports.load(server, agent, from, format, null);
  }

  /** Role and content of each message. Blocks are compared as parsed JSON. */
  private static List<String> said(UUID agent, String key) {
    List<String> said = new ArrayList<>();
    for (ChatMessage message : messages(agent, key)) {
      said.add(message.getRole() + " " + message.getContent().toString());
    }
    return said;
  }

  private static List<ChatMessage> messages(UUID agent, String key) {
    Session session =
        calls()
            .listSessions(ListSessionsRequest.newBuilder().setAgentId(agent.toString()).build())
            .getSessionsList()
            .stream()
            .filter(each -> each.getKey().equals(key))
            .findFirst()
            .orElseThrow();
    return calls()
        .listMessages(
            ListMessagesRequest.newBuilder()
                .setAgentId(agent.toString())
                .setSessionId(session.getSessionId())
                .setOrder(ListMessagesRequest.Order.OLDEST_FIRST)
                .build())
        .getMessagesList();
  }

  private static SessionServiceGrpc.SessionServiceBlockingStub calls() {
    return SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
  }
}
