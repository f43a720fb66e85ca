package dev.parley.app.cli.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.app.cli.transcript.load.ImportCounts;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that end too early, and branches that users have left: nothing is lost silently. */
class IncompleteFilesTest {
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`,{\"role\":\"user\",\"content\":\"lo` | `{\"role\":\"user\",\"content\":\"lo`",
        "`,{\"role\":\"user\",\"content\":[{\"n\":1` | `{\"role\":\"user\",\"content\":[{\"n\":1`",
        "`,` | ``",
        "`],\"updated_at\":170` | ``",
      })
  void gripFileCutOff_completeMessagesImportedAndRestReported(String end, String rest)
      throws IOException {
    String whole =
        "{\n\"key\":\"k\",\"created_at\":\"2026-01-02T03:04:05Z\",\n\"messages\":["
            + "{\"role\":\"user\",\"content\":\"a\"},\n"
            + "{\"role\":\"assistant\",\"content\":\"b\"}\n";
    Files.writeString(folder.resolve("a.json"), whole + end);

    List<JsonNode> report = load();

    assertThat(messages("k"))
        .extracting(IncompleteFilesTest::said)
        .containsExactly("text a", "text b");
    assertThat(report).hasSize(2);
    assertThat(report.get(0).get("outcome").asText()).isEqualTo("skipped");
    assertThat(report.get(0).get("line").asInt()).isEqualTo(3);
    assertThat(report.get(0).get("reason").asText()).contains("not valid JSON from line 5, column");
    assertThat(report.get(0).path("original").asText()).isEqualTo(rest == null ? "" : rest);
  }

  /** Two programs wrote the file, or an editor was closed in between. */
  @Test
  void gripFileWithMoreThanOneObject_firstImportedAndRestReported() throws IOException {
    String first =
        "{\"key\":\"k\",\"summary\":null,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
    Files.writeString(folder.resolve("a.json"), first + "\n{\"key\":\"other\"}");
    Files.writeString(folder.resolve("b.json"), "[" + first.replace("\"k\"", "\"in array\"") + ",");

    List<JsonNode> report = load();

    assertThat(messages("k")).extracting(IncompleteFilesTest::said).containsExactly("text a");
    assertThat(report.stream().filter(line -> line.has("outcome")))
        .extracting(line -> line.get("file").asText() + " " + line.path("original").asText())
        .containsExactly("a.json {\"key\":\"other\"}", "b.json ");
    assertThat(report.get(0).get("reason").asText()).contains("from line 2, column 1 on");
  }

  /** The whole file can be imported later. */
  @Test
  void gripFileCutOff_thenWhole_addsTheRest() throws IOException {
    String whole =
        "{\"key\":\"k\",\"summary\":null,\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
            + "{\"role\":\"assistant\",\"content\":\"b\"}]}";
    Path file = folder.resolve("a.json");
    Files.writeString(file, whole.substring(0, whole.length() - 5));
    load();
    Files.writeString(file, whole);

    load();

    assertThat(messages("k"))
        .extracting(IncompleteFilesTest::said)
        .containsExactly("text a", "text b");
  }

  @Test
  void langGraphFilesCutOff_completeMessagesImportedAndRestReported() throws IOException {
    String first = thread("t-1", "a", "b");
    String second = thread("t-2", "c", "d");
    String half = second.substring(0, second.indexOf("\"d\""));
    Files.writeString(folder.resolve("array.json"), "[\n" + first + ",\n" + half);
    Files.writeString(
        folder.resolve("lines.jsonl"),
        thread("t-3", "e", "f") + "\n" + thread("t-4", "g", "h").replace("\"h\"}]}}", ""));
    Files.writeString(
        folder.resolve("none.json"), "[\n" + thread("t-5", "i", "j") + ",{\"thread_id\"");

    List<JsonNode> report = load();

    assertThat(messages("langgraph:t-1"))
        .extracting(IncompleteFilesTest::said)
        .containsExactly("text a", "text b");
    assertThat(messages("langgraph:t-2"))
        .extracting(IncompleteFilesTest::said)
        .containsExactly("text c");
    assertThat(messages("langgraph:t-3")).hasSize(2);
    assertThat(messages("langgraph:t-4"))
        .extracting(IncompleteFilesTest::said)
        .containsExactly("text g");
    assertThat(messages("langgraph:t-5")).hasSize(2);
    assertThat(report.stream().filter(line -> line.has("outcome")))
        .extracting(line -> line.get("file").asText() + " " + line.get("line").asInt())
        .containsExactly("array.json 2", "lines.jsonl 2", "none.json 2");
    assertThat(report.get(0).get("reason").asText()).contains("not valid JSON from line 3, column");
    assertThat(report.stream().filter(line -> line.has("original")))
        .extracting(line -> line.get("original").asText())
        .containsExactly("{\"type\":\"ai\",\"content\":", "{\"type\":\"ai\",\"content\":");
  }

  private static String thread(String id, String question, String answer) {
    return """
        {"thread_id":"%s","values":{"messages":[{"type":"human","content":"%s"},\
        {"type":"ai","content":"%s"}]}}"""
        .formatted(id, question, answer);
  }

  /**
   * Each file has a branch that the user has left; results of parallel tool calls are no branch.
   */
  @Test
  void claudeCodeRewound_currentBranchIsTheSessionAndTheOtherAnArchive() throws IOException {
    Files.writeString(
        folder.resolve("c.jsonl"),
        claude("u1", null, "user", "\"ask\"")
            + claude("a1", "u1", "assistant", "[{\"type\":\"tool_use\",\"id\":\"1\"}]")
            + claude("a2", "a1", "assistant", "[{\"type\":\"tool_use\",\"id\":\"2\"}]")
            + claude("r1", "a1", "user", "[{\"type\":\"tool_result\",\"tool_use_id\":\"1\"}]")
            + claude("r2", "a2", "user", "[{\"type\":\"tool_result\",\"tool_use_id\":\"2\"}]")
            + claude("a3", "r2", "assistant", "\"left\"")
            + claude("u2", "r2", "user", "\"again\"")
            + claude("a4", "u2", "assistant", "\"kept\""));

    List<JsonNode> report = load();
    ImportCounts again = Imports.load(server, agent, folder, null, null);

    String tools = "tool_use tool_use tool_result tool_result";
    assertThat(claudeTexts(messages("c"))).isEqualTo("ask " + tools + " again kept");
    List<Session> archives =
        calls()
            .listArchives(ListArchivesRequest.newBuilder().setAgentId(agent.toString()).build())
            .getArchivesList();
    assertThat(archives).extracting(Session::getKey).containsExactly("c#a3");
    assertThat(claudeTexts(AcknowledgedWrites.messages(calls(), archives.get(0))))
        .isEqualTo("ask " + tools + " left");
    assertThat(report).hasSize(1);
    assertThat(again.messagesStored()).isZero();
  }

  private static String claude(String uuid, String parent, String type, String content) {
    return """
        {"type":"%s","uuid":"%s","parentUuid":%s,"sessionId":"c",\
        "timestamp":"2026-01-02T03:04:05Z","message":{"role":"%1$s","content":%s}}
        """
        .formatted(type, uuid, parent == null ? "null" : '"' + parent + '"', content);
  }

  private static String claudeTexts(List<ChatMessage> messages) {
    return String.join(
        " ",
        messages.stream()
            .map(IncompleteFilesTest::said)
            .map(text -> text.replaceAll("^text |.*\"type\":\"(\\w+)\".*", "$1"))
            .toList());
  }

  /** Imports the folder and returns the lines of the report. */
  private List<JsonNode> load() throws IOException {
    Path report = folder.resolveSibling(folder.getFileName() + "-report");
    ImportCounts unused = Imports.load(server, agent, folder, null, report);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(report, UTF_8)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private static String said(ChatMessage message) {
    return message.getContent().hasBlocks()
        ? message.getContent().getBlocks().getValue()
        : "text " + message.getContent().getText();
  }

  private List<ChatMessage> messages(String key) {
    return AcknowledgedWrites.messages(
        calls(),
        calls()
            .getSession(
                GetSessionRequest.newBuilder().setAgentId(agent.toString()).setKey(key).build()));
  }

  private static SessionServiceGrpc.SessionServiceBlockingStub calls() {
    return SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
  }
}
