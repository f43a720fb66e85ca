package dev.parley.app.cli.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.app.cli.Commands;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ParleyProcess.Result;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code parley import} on a server. A command that is killed is a process of its own. */
class ImportIT {
  private static final int MANY = 8_000;

  @TempDir private static Path work;
  private static ServerProcess server;
  private String agent;

  /** A message as in a line of the file. */
  private record Line(String messageId, String role, String content) {}

  @BeforeAll
  static void start() {
    server = ServerProcess.start(work);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeAgent() {
    agent = server.agent().toString();
  }

  /** The contents of conversations are returned in order and unchanged. */
  @Test
  void import_conversations_readBackAsWritten() throws IOException {
    Path file = work.resolve("conversations.jsonl");
    Files.writeString(file, "");
    for (Path conversation : conversations()) {
      Files.writeString(file, Files.readString(conversation), StandardOpenOption.APPEND);
    }
    Map<String, List<Line>> written = read(file);
    int messages = written.values().stream().mapToInt(List::size).sum();

    Result first = load(file);
    Result second = load(file);

    assertThat(first.out()).endsWith(counts(written.size(), 0, messages, 0));
    assertThat(second.out()).endsWith(counts(0, written.size(), 0, messages));
    assertThat(first.err() + second.err()).isEmpty();
    written.forEach((key, lines) -> assertThat(stored(key)).as(key).isEqualTo(lines));
  }

  /** Server and import are killed in the middle, and both run again. */
  @Test
  void import_serverKilledMidWay_runAgainCompletes() throws IOException {
    Path file = many();
    try (ParleyProcess importing = startImport(file)) {
      Waiting.until(() -> count() > 0, importing::err);
      server.kill();
      assertThat(importing.awaitExit()).isEqualTo(1);
      assertThat(importing.err())
          .matches("parley: From many.jsonl, line \\d+ on: No answer from http://127[^\n]*\n");
    }
    server.close();
    server = ServerProcess.start(work);

    completes(file);
  }

  @Test
  void import_killedMidWay_runAgainCompletes() throws IOException {
    Path file = many();
    try (ParleyProcess importing = startImport(file)) {
      Waiting.until(() -> count() > 0, importing::err);
      importing.kill();
      importing.awaitExit();
    }

    completes(file);
  }

  @Test
  void import_strictAndWrongField_refusedNamingLineAndField() throws IOException {
    Path file = work.resolve("wrong.jsonl");
    Files.writeString(
        file,
        """
        {"key":"api:a","message":{"messageId":"1","role":"USER","content":"a"}}

        {"key":"api:a","message":{"messageId":"2","role":"NOBODY","content":"b"}}
        """);

    Result result = load(file, "--strict");

    assertThat(result.err())
        .startsWith("parley: wrong.jsonl, line 3 cannot be imported: message.role ")
        .hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void import_strictAndLineIsNotJson_refusedNamingLine() throws IOException {
    Path file = work.resolve("wrong.jsonl");
    Files.writeString(file, "{\"session\":{\"key\":\"api:a\"}}\n{\"key\":\n");

    Result result = load(file, "--strict");

    assertThat(result.err())
        .isEqualTo("parley: wrong.jsonl, line 2 cannot be imported: The line is not valid JSON.\n");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  /** Errors that only the server can detect are also reported with the line. */
  @Test
  void import_strictAndMessageIdReused_refusedNamingLine() throws IOException {
    Path file = work.resolve("reused.jsonl");
    Files.writeString(
        file,
        """
        {"session":{"key":"api:a"}}
        {"key":"api:a","message":{"messageId":"1","role":"USER","content":"a"}}
        {"session":{"key":"api:b"}}
        {"key":"api:a","message":{"messageId":"1","role":"USER","content":"b"}}
        """);

    Result result = load(file, "--strict");

    assertThat(result.err())
        .startsWith("parley: From reused.jsonl, line 4 on: ALREADY_EXISTS: ")
        .hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(1);
  }

  /** An invalid record does not prevent the import of the others. The report has its text. */
  @Test
  void import_badRecords_reportedAndRestImported() throws IOException {
    Path folder = Files.createDirectory(work.resolve("odd"));
    Files.writeString(
        folder.resolve("odd.jsonl"),
        """
        {"key":"api:odd","message":{"messageId":"1","role":"USER","content":"a"}}
        {"key":"api:odd","message":{"messageId":"2","role":"NOBODY","content":"b"}}
        {"key":"api:odd","mess""");
    Files.writeString(folder.resolve("readme.txt"), "no transcript");
    Path report = work.resolve("report.jsonl");

    Result dry = load(folder, "--dry-run");
    assertThat(dry.out())
        .isEqualTo("odd.jsonl\tjsonl\t0\t2\t0\t1\t1\nreadme.txt\t-\t0\t0\t0\t0\t1\n");
    assertThat(count("api:odd")).isZero();
    Result result = load(folder, "--report", report.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEqualTo(dry.out() + counts(1, 0, 2, 0));
    assertThat(result.err())
        .hasLineCount(3)
        .contains("odd.jsonl, line 2: repaired: ", "odd.jsonl, line 3: skipped: ", "readme.txt: ");
    assertThat(stored("api:odd"))
        .containsExactly(new Line("1", "USER", "text a"), new Line("2", "TOOL", "text b"));
    List<String> lines = Files.readAllLines(report);
    assertThat(lines).hasSize(5);
    assertThat(JsonBodies.tree(lines.get(0)).get("original").asText())
        .isEqualTo("{\"key\":\"api:odd\",\"mess");
    assertThat(JsonBodies.tree(lines.get(3)).get("messages").asInt()).isEqualTo(2);
    assertThat(load(folder.resolve("odd.jsonl"), "--strict").exitCode()).isEqualTo(2);
  }

  @Test
  void import_unknownAgent_refused() throws IOException {
    agent = UUID.randomUUID().toString();

    Result result = load(conversations().get(0));

    assertThat(result.err()).isEqualTo("parley: NOT_FOUND: Agent not found\n");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  /** Two equal lines are two messages, in this run and in the next. */
  @Test
  void import_messagesWithoutIds_storedOnceEach() throws IOException {
    Path file = work.resolve("plain.jsonl");
    String line = "{\"key\":\"api:a\",\"message\":{\"role\":\"USER\",\"content\":\"again\"}}\n";
    Files.writeString(file, line + line);

    assertThat(load(file).out()).endsWith(counts(1, 0, 2, 0));
    assertThat(load(file).out()).endsWith(counts(0, 1, 0, 2));
  }

  private void completes(Path file) {
    Result again = load(file);
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains("; ").doesNotContain("found: 0\n");
    assertThat(stored("api:many"))
        .hasSize(MANY)
        .isSortedAccordingTo((a, b) -> Integer.compare(number(a), number(b)));
  }

  private static int number(Line line) {
    return Integer.parseInt(line.messageId());
  }

  private Path many() throws IOException {
    Path file = work.resolve("many.jsonl");
    StringBuilder lines = new StringBuilder("{\"session\":{\"key\":\"api:many\"}}\n");
    for (int i = 1; i <= MANY; i++) {
      lines.append(
          """
          {"key":"api:many","message":{"messageId":"%d","role":"USER","content":"some words"}}
          """
              .formatted(i));
    }
    return Files.writeString(file, lines);
  }

  private ParleyProcess startImport(Path file) {
    return ParleyProcess.start(
        work,
        Map.of("PARLEY_SERVER", server.url(), "PARLEY_DATA", server.data().toString()),
        "import",
        file.toString(),
        "--agent",
        agent);
  }

  private Result load(Path file, String... flags) {
    return Commands.run(
        server,
        Stream.concat(Stream.of("import", file.toString(), "--agent", agent), Stream.of(flags))
            .toArray(String[]::new));
  }

  private static String counts(int made, int found, int stored, int there) {
    return "Sessions created: %d, found: %d; messages stored: %d, found: %d\n"
        .formatted(made, found, stored, there);
  }

  private long count() {
    return count("api:many");
  }

  private long count(String key) {
    try {
      return session(key).getMessageCount();
    } catch (io.grpc.StatusRuntimeException e) {
      return 0;
    }
  }

  private Session session(String key) {
    return SessionServiceGrpc.newBlockingStub(server.channel())
        .getSession(GetSessionRequest.newBuilder().setAgentId(agent).setKey(key).build());
  }

  private List<Line> stored(String key) {
    return AcknowledgedWrites.messages(
            SessionServiceGrpc.newBlockingStub(server.channel()), session(key))
        .stream()
        .map(ImportIT::line)
        .toList();
  }

  private static Line line(ChatMessage message) {
    return new Line(
        message.getMessageId(),
        message.getRole().name(),
        message.getContent().hasText()
            ? "text " + message.getContent().getText()
            : message.getContent().getBlocks().getValue());
  }

  private static List<Path> conversations() throws IOException {
    try (Stream<Path> files =
        Files.list(
            Path.of(
                Objects.requireNonNull(ImportIT.class.getResource("/conversations")).toURI()))) {
      return files.sorted().toList();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The messages of a file by session key, blocks as the characters between their brackets. */
  private static Map<String, List<Line>> read(Path file) throws IOException {
    Map<String, List<Line>> byKey = new LinkedHashMap<>();
    for (String json : Files.readAllLines(file)) {
      var tree = JsonBodies.tree(json);
      if (tree.has("session")) {
        byKey.put(tree.at("/session/key").textValue(), new ArrayList<>());
      } else {
        byKey
            .get(tree.get("key").textValue())
            .add(
                new Line(
                    tree.at("/message/messageId").textValue(),
                    tree.at("/message/role").textValue(),
                    content(json)));
      }
    }
    return byKey;
  }

  private static String content(String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (!(parser.currentToken() == JsonToken.FIELD_NAME
          && parser.getParsingContext().pathAsPointer().toString().equals("/message/content"))) {
        parser.nextToken();
      }
      if (parser.nextToken() == JsonToken.VALUE_STRING) {
        return "text " + parser.getText();
      }
      int start = (int) parser.currentTokenLocation().getCharOffset();
      parser.skipChildren();
      return json.substring(start, (int) parser.currentLocation().getCharOffset());
    }
  }
}
