package dev.parley.app.cli.transcript;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.app.cli.transcript.load.ImportCounts;
import dev.parley.config.Setting;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.DeleteMessageRequest;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each irregularity of a transcript has its documented outcome, and nothing is lost silently. */
class OddRecordsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONTENT_BYTES_MAX = 1_000;

  private static ServerFixture server;
  @TempDir private Path folder;
  private UUID agent;

  @BeforeAll
  static void start(@TempDir Path data) {
    server =
        ServerFixture.in(data)
            .flag(Setting.CONTENT_BYTES_MAX, String.valueOf(CONTENT_BYTES_MAX))
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeAgent() {
    agent = server.agent("acme");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`\"role\":\"wizard\",\"content\":\"x\"` | TOOL | text x | role \"wizard\" is unknown",
        "`\"content\":\"x\"` | TOOL | text x | The role is absent.",
        "`\"role\":\"user\"` | USER | text | The content is absent",
        "`\"role\":\"user\",\"content\":null` | USER | text | The content is absent",
        "`\"role\":\"user\",\"content\":7` | USER | text 7 | is a number",
        "`\"role\":\"user\",\"content\":[\"a\",{\"type\":\"text\",\"text\":\"b\"}]` | USER"
            + " | `[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]`"
            + " | does not only have objects",
        "`\"role\":\"user\",\"content\":{\"a\":1.50}` | USER | `[{\"a\":1.50}]` | is an object",
        "`\"role\":\"user\",\"content\":\"\\ud83d\"` | USER | text \uFFFD | half a surrogate",
      })
  void oddMessage_storedWithOriginal(String json, String role, String content, String reason)
      throws IOException {
    String line = "{\"type\":\"message\",\"id\":\"m1\",\"message\":{%s}}".formatted(json);
    Files.writeString(folder.resolve("s.jsonl"), header() + line + "\n");

    List<JsonNode> report = load();

    ChatMessage message = messages("s").get(0);
    assertThat(message.getRole().name()).isEqualTo(role);
    assertThat(said(message)).isEqualTo(content);
    assertThat(message.getMetadata().getValue()).contains("\"record\":" + line);
    assertThat(report.get(0).get("outcome").asText()).isEqualTo("repaired");
    assertThat(report.get(0).get("line").asInt()).isEqualTo(2);
    assertThat(report.get(0).get("reason").asText()).contains(reason);
    assertThat(last(report).get("repaired").asInt()).isEqualTo(1);
  }

  @Test
  void byteOrderMarkAndCrLf_readAsIfTheyWereNotThere() throws IOException {
    String lines = "\uFEFF" + header() + message("m1", "a") + message("m2", "b");
    Files.writeString(folder.resolve("s.jsonl"), lines.replace("\n", "\r\n"));

    List<JsonNode> report = load();

    assertThat(messages("s")).extracting(OddRecordsTest::said).containsExactly("text a", "text b");
    assertThat(report).hasSize(1);
  }

  @Test
  void invalidBytes_replacedAndKeptInMetadata() throws IOException {
    byte[] line = message("m1", "a\u00ff").getBytes(ISO_8859_1);
    Files.write(folder.resolve("s.jsonl"), line);

    load();

    ChatMessage message = messages("s").get(0);
    assertThat(said(message)).isEqualTo("text a\uFFFD");
    byte[] original =
        JSON.readTree(message.getMetadata().getValue()).at("/import/record_base64").binaryValue();
    assertThat(new String(original, ISO_8859_1) + "\n").isEqualTo(new String(line, ISO_8859_1));
  }

  /** A process was killed in the middle of a line, and another process continued the line. */
  @Test
  void halfLineBeforeRecord_recordImportedAndRestReported() throws IOException {
    String half = message("m2", "lost").substring(0, 30);
    Files.writeString(
        folder.resolve("s.jsonl"),
        header() + message("m1", "a") + half + message("m3", "b") + "\0\0\0\n" + half);

    List<JsonNode> report = load();

    assertThat(messages("s")).extracting(OddRecordsTest::said).containsExactly("text a", "text b");
    assertThat(report.subList(0, 3))
        .extracting(line -> line.get("outcome").asText() + " " + line.path("original").asText())
        .containsExactly("skipped " + half, "skipped \0\0\0", "skipped " + half);
  }

  @Test
  void idUsedTwice_secondMessageGetsNewId() throws IOException {
    Files.writeString(
        folder.resolve("s.jsonl"),
        header() + message("m1", "a") + message("m1", "b") + message("m1", "a"));

    load();
    ImportCounts again = Imports.load(server, agent, folder, null, null);

    List<ChatMessage> messages = messages("s");
    assertThat(messages).extracting(OddRecordsTest::said).containsExactly("text a", "text b");
    assertThat(messages.get(1).getMessageId()).startsWith("m1~");
    assertThat(messages.get(1).getMetadata().getValue()).contains("\"message_id\":\"m1\"");
    assertThat(again.messagesStored()).isZero();
  }

  /** A repeated import does not bring back what was deleted. */
  @Test
  void deletedMessage_notImportedAgain() throws IOException {
    Files.writeString(folder.resolve("s.jsonl"), header() + message("m1", "a"));
    load();
    var unused =
        MessageServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
            .deleteMessage(
                DeleteMessageRequest.newBuilder()
                    .setAgentId(agent.toString())
                    .setSessionId(session("s").getSessionId())
                    .setMessageId("m1")
                    .build());

    List<JsonNode> report = load();

    assertThat(report.get(0).get("reason").asText()).contains("was deleted");
    assertThat(messages("s")).isEmpty();
  }

  @Test
  void contentAtAndOverLimit_splitFromOneByteOver() throws IOException {
    String fits = "é".repeat(CONTENT_BYTES_MAX / 2);
    String over = fits + "x";
    Files.writeString(
        folder.resolve("s.jsonl"), header() + message("m1", fits) + message("m2", over));

    List<JsonNode> report = load();
    ImportCounts again = Imports.load(server, agent, folder, null, null);

    List<ChatMessage> messages = messages("s");
    assertThat(messages.get(0).getContent().getText()).isEqualTo(fits);
    StringBuilder parts = new StringBuilder();
    for (ChatMessage part : messages.subList(1, messages.size())) {
      assertThat(JSON.readTree(part.getMetadata().getValue()).at("/import/part/of").asText())
          .isEqualTo("m2");
      parts.append(part.getContent().getText());
    }
    assertThat(parts).hasToString(over);
    assertThat(report.get(0).get("reason").asText()).contains("split");
    assertThat(again.messagesStored()).isZero();
  }

  @Test
  void blocksAndMetadataOverLimit_splitWithoutLoss() throws IOException {
    String big = "y".repeat(2 * CONTENT_BYTES_MAX);
    String details = "z".repeat(70_000);
    Files.writeString(
        folder.resolve("s.jsonl"),
        header()
            + """
            {"type":"message","id":"m1","message":{"role":"user","content":[{"type":"a"},\
            {"type":"text","text":"%s"},{"type":"b"}],"details":"%s"}}
            """
                .formatted(big, details));

    load();

    String all = String.join("", messages("s").stream().map(OddRecordsTest::said).toList());
    assertThat(all.replace("text ", ""))
        .contains("{\"type\":\"a\"}", big, "{\"type\":\"b\"}", details);
  }

  @Test
  void index_missingUnlistedAndBackslashes() throws IOException {
    Files.writeString(
        folder.resolve("sessions.json"),
        """
        {"k1":{"sessionId":"one","sessionFile":"C:\\\\Users\\\\me\\\\one.jsonl"},
        "k2":{"sessionId":"gone","label":"L"},"k3":7}
        """);
    Files.writeString(folder.resolve("one.jsonl"), header() + message("m1", "a"));
    Files.writeString(folder.resolve("two.jsonl"), header() + message("m1", "b"));
    Files.writeString(folder.resolve("notes.md"), "# Notes");
    Files.writeString(folder.resolve(".DS_Store"), "x");

    List<JsonNode> report = load();

    assertThat(messages("k1")).extracting(OddRecordsTest::said).containsExactly("text a");
    assertThat(messages("two")).extracting(OddRecordsTest::said).containsExactly("text b");
    assertThat(report.stream().filter(line -> line.has("outcome")))
        .extracting(line -> line.get("file").asText() + " " + line.get("outcome").asText())
        .containsExactlyInAnyOrder(
            ".DS_Store ignored",
            "notes.md skipped",
            "sessions.json skipped",
            "sessions.json skipped",
            "two.jsonl repaired");
    assertThat(report.toString()).contains("gone.jsonl of k2 does not exist", "label");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a.json | `{\"key\":\"k\",\"messages\":7,\"summary\":null}` | no key or no messages",
        "a.json | `{\"key\":\"k\",\"messages\":[{\"role\":\"user\"` | not valid JSON",
        "sessions.json | `{\"k\":{\"sessionId\":` | not valid JSON",
        "a.jsonl | `{\"session\":{\"key\":\"\"}}` | session.key must be set",
        "a.jsonl | `{\"key\":\"k\",\"run\":{}}` | runId must be set",
      })
  void fileThatCannotBeRead_skippedAndOthersImported(String name, String text, String reason)
      throws IOException {
    Files.writeString(folder.resolve(name), text);
    Files.writeString(folder.resolve("z.jsonl"), header() + message("m1", "a"));

    List<JsonNode> report = load();

    assertThat(report.get(0).get("outcome").asText()).isEqualTo("skipped");
    assertThat(report.get(0).get("reason").asText()).contains(reason);
    assertThat(messages("z")).hasSize(1);
  }

  @Test
  void sessionWithWrongFields_keepsKeyAndOriginal() throws IOException {
    Files.writeString(
        folder.resolve("s.jsonl"),
        """
        {"session":{"key":"a","ttl":"long","label":"L"}}
        {"session":{"key":"b","user":"%s"}}
        {"key":"a","message":{"messageId":"1","role":"USER","content":"x","metadata":{"n":1.0}}}
        """
            .formatted("u".repeat(300)));

    List<JsonNode> report = load();

    assertThat(session("a").getLabel()).isEqualTo("L");
    assertThat(session("a").getMetadata().getValue()).contains("\"ttl\":\"long\"");
    assertThat(session("b").getMetadata().getValue()).contains("uuuu");
    assertThat(messages("a").get(0).getMetadata().getValue()).isEqualTo("{\"n\":1.0}");
    assertThat(last(report).get("repaired").asInt()).isEqualTo(2);
  }

  /** The data of an index can be larger than the metadata of a session may be. */
  @Test
  void sessionMetadataOverLimit_keepsItsFieldsAndIsReported() throws IOException {
    String big = "s".repeat(70_000);
    Files.writeString(
        folder.resolve("sessions.json"),
        "{\"k\":{\"sessionId\":\"one\",\"label\":\"L\",\"skills\":\"%s\"}}".formatted(big));
    Files.writeString(folder.resolve("one.jsonl"), header() + message("m1", "a"));

    List<JsonNode> report = load();

    assertThat(session("k").getLabel()).isEqualTo("L");
    assertThat(messages("k")).hasSize(1);
    assertThat(report.get(0).get("outcome").asText()).isEqualTo("skipped");
    assertThat(report.get(0).get("original").asText()).contains(big);
  }

  private static String header() {
    return """
        {"type":"session","version":3,"id":"s","timestamp":"2026-04-08T01:03:43Z"}
        """;
  }

  private static String message(String id, String text) {
    return """
        {"type":"message","id":"%s","message":{"role":"user","content":"%s"}}
        """
        .formatted(id, text);
  }

  /** Imports the folder and returns the lines of the report. */
  private List<JsonNode> load() throws IOException {
    Path report = folder.resolveSibling(folder.getFileName() + "-report");
    ImportCounts unused = Imports.load(server, agent, folder, null, report);
    return Files.readAllLines(report, UTF_8).stream().map(OddRecordsTest::tree).toList();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode last(List<JsonNode> report) {
    return report.get(report.size() - 1);
  }

  private static String said(ChatMessage message) {
    return message.getContent().hasBlocks()
        ? message.getContent().getBlocks().getValue()
        : ("text " + message.getContent().getText()).strip();
  }

  private Session session(String key) {
    return calls()
        .getSession(
            GetSessionRequest.newBuilder().setAgentId(agent.toString()).setKey(key).build());
  }

  private List<ChatMessage> messages(String key) {
    return AcknowledgedWrites.messages(calls(), session(key));
  }

  private static SessionServiceGrpc.SessionServiceBlockingStub calls() {
    return SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
  }
}
