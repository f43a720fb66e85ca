package dev.parley.app.cli.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.app.cli.transcript.load.ImportCounts;
import dev.parley.app.cli.transcript.output.LineTarget;
import dev.parley.app.cli.transcript.source.SourceFormat;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.GetRetrievedContextRequest;
import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.ListRunsRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.ServerFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies the sessions of an agent to another agent by export and import, with a real server. */
class ExportTest {
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

  /** Content that an inaccurate copy would change. */
  private static final List<String> AWKWARD =
      List.of(
          "\"\"",
          "\"\\u0000 tab\\t 🦜 \\\"quoted\\\" line\\nbreak \\ud83e\\udd9c\"",
          "[{\"z\":1.0,\"a\":1,\"type\":\"text\",\"n\":123456789012345678901234567890.10e-3}]",
          "[ {\"b\" : [ ] , \"a\":null } ,\\n{\"type\":\"tool_use\",\"input\":{\"1\":-0.0}}]",
          "[]");

  @Test
  void roundTrip_awkwardConversations_carriesAllThatTheApiSets() throws IOException {
    UUID from = server.agent("acme");
    UUID to = server.agent("acme");
    fill(from);

    byte[] exported = export(from, null, true);
    ImportCounts first = load(exported, to);
    ImportCounts again = load(exported, to);

    assertThat(first.sessionsMade()).isEqualTo(4);
    assertThat(first.runsMade()).isEqualTo(1);
    assertThat(again.sessionsMade()).isZero();
    assertThat(again.messagesStored()).isZero();
    assertThat(again.messagesFound()).isEqualTo(first.messagesStored());
    assertThat(again.runsFound()).isEqualTo(1);
    assertThat(world(to)).isEqualTo(world(from));
    assertThat(exported).asString(UTF_8).contains("123456789012345678901234567890.10e-3");
  }

  /** A gRPC response leaves out such a content and its metadata. */
  @Test
  void roundTrip_contentTooLargeForGrpc_isComplete() throws IOException {
    UUID from = server.agent("acme");
    UUID to = server.agent("acme");
    String content = "\u00e9".repeat((4 << 20) / 2);
    HttpResponse<String> appended =
        server.send(
            "POST",
            "/v1/agents/" + from + "/messages:append",
            server.rootKey(),
            """
            {"key":"large","createIfMissing":true,"messages":[{"role":"USER","content":"first"},
             {"role":"TOOL","content":"%s","metadata":{"n":1.50}}]}"""
                .formatted(content));
    assertThat(appended.statusCode()).isEqualTo(200);

    byte[] exported = export(from, null, false);
    assertThat(load(exported, to).messagesStored()).isEqualTo(2);

    assertThat(exported).asString(UTF_8).contains(content, "\"n\":1.50");
    assertThat(export(to, null, false)).asString(UTF_8).contains(content, "\"n\":1.50");
  }

  @Test
  void run_withoutArchived_leavesThemOut() throws IOException {
    UUID from = server.agent("acme");
    fill(from);

    assertThat(new String(export(from, null, false), UTF_8))
        .contains("\"key\":\"plain\"")
        .doesNotContain("archiveTime", "\"archived\"");
  }

  @Test
  void run_oneSession_byKeyOrId() throws IOException {
    UUID from = server.agent("acme");
    fill(from);
    String id = sessions(from).get(0).getSessionId();
    String key = sessions(from).get(0).getKey();

    assertThat(export(from, key, false)).isEqualTo(export(from, id, false));
    assertThat(new String(export(from, key, false), UTF_8).lines())
        .allMatch(line -> line.contains("\"key\":\"" + key + "\""));
  }

  @Test
  void load_expireTimeThatHasPassed_comesWithoutIt() throws IOException {
    UUID to = server.agent("acme");

    ImportCounts importer =
        load(
            "{\"session\":{\"key\":\"old\",\"expireTime\":\"2020-01-01T00:00:00Z\",%s}}"
                .formatted("\"ttl\":\"60s\"")
                .getBytes(UTF_8),
            to);

    assertThat(importer.pastExpiries()).isEqualTo(1);
    assertThat(sessions(to)).hasSize(1);
    assertThat(sessions(to).get(0).hasExpireTime()).isFalse();
    assertThat(sessions(to).get(0).getTtl().getSeconds()).isEqualTo(60);
  }

  /** Sessions without expiry stay without expiry, whatever the default of the other agent. */
  @Test
  void roundTrip_sessionThatNeverExpires_takesNoDefault() throws IOException {
    UUID from = server.agent("acme");
    append(from, "kept", "\"hi\"", "k-1");
    UUID to = UUID.randomUUID();
    var made =
        server.send(
            "POST",
            "/v1/agents",
            server.rootKey(),
            "{\"agentId\":\"%s\",\"owner\":\"acme\",\"defaultSessionTtl\":\"60s\"}".formatted(to));
    assertThat(made.statusCode()).isEqualTo(200);

    load(export(from, null, false), to);
    load(
        "{\"session\":{\"key\":\"past\",\"expireTime\":\"2020-01-01T00:00:00Z\"}}".getBytes(UTF_8),
        to);

    assertThat(sessions(to)).hasSize(2).noneMatch(Session::hasEffectiveExpireTime);
  }

  private static void fill(UUID agent) {
    for (int i = 0; i < 2; i++) {
      append(agent, "job", "\"run " + i + "\"", "j-" + i);
      send(agent, "/sessions/" + id(agent, "job") + ":archive", null);
    }
    send(
        agent,
        "/sessions",
        """
        {"key":"all / of: it","label":"L","user":"u","client":"c","agentVersion":"2.0",
        "chatType":"direct","lastChannel":"web","origin":{"b":1.0,"a":1},"metadata":{"z":[1.50]},
        "expireTime":"2999-01-01T00:00:00.000001Z","ttl":"86400.000001s"}
        """);
    String session = id(agent, "all / of: it");
    send(
        agent,
        "/sessions/" + session + "/runs",
        """
        {"runId":"run-1","state":"FAILED","model":"m","reasoning":{"b":2,"a":1.0},
        "usage":{"t":1e400},"error":"e","details":{"x":[ ]}}
        """);
    put(agent, "/sessions/" + session + "/runs/run-1/retrievedContext");
    for (int i = 0; i < AWKWARD.size(); i++) {
      append(agent, "all / of: it", AWKWARD.get(i).replace("\\n{", "\n{"), "m-" + i);
    }
    append(agent, "plain", "\"hi\"", "p-1");
  }

  private static void append(UUID agent, String key, String content, String messageId) {
    send(
        agent,
        "/messages:append",
        """
        {"key":"%s","createIfMissing":true,"messages":[{"messageId":"%s","role":"TOOL",
        "content":%s,"runId":"run-1","metadata":{"n":1.0}}]}
        """
            .formatted(key, messageId, content));
  }

  private static void put(UUID agent, String path) {
    var answer =
        server.send(
            "PUT",
            "/v1/agents/" + agent + path,
            server.rootKey(),
            "{\"items\":[{\"b\":1.0,\"a\":1},{}]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static void send(UUID agent, String path, String body) {
    var answer = server.send("POST", "/v1/agents/" + agent + path, server.rootKey(), body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static String id(UUID agent, String key) {
    return sessions(agent).stream()
        .filter(session -> session.getKey().equals(key))
        .findFirst()
        .orElseThrow()
        .getSessionId();
  }

  private static List<Session> sessions(UUID agent) {
    return calls()
        .listSessions(ListSessionsRequest.newBuilder().setAgentId(agent.toString()).build())
        .getSessionsList();
  }

  private static SessionServiceGrpc.SessionServiceBlockingStub calls() {
    return SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
  }

  private static byte[] export(UUID agent, String only, boolean archived) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Exports.run(server, agent, only, archived, new LineTarget(out));
    return out.toByteArray();
  }

  private ImportCounts load(byte[] lines, UUID agent) throws IOException {
    Path file = Files.write(folder.resolve("lines.jsonl"), lines);
    return Imports.load(server, agent, file, SourceFormat.JSONL, null);
  }

  /** The data of an agent in the order of lists, without the fields that the server assigns. */
  private static List<Object> world(UUID agent) {
    List<Session> all =
        new ArrayList<>(
            calls()
                .listArchives(ListArchivesRequest.newBuilder().setAgentId(agent.toString()).build())
                .getArchivesList());
    all.addAll(sessions(agent));
    List<Object> world = new ArrayList<>();
    for (Session session : all) {
      world.add(
          session.toBuilder()
              .clearAgentId()
              .clearSessionId()
              .clearCreateTime()
              .clearUpdateTime()
              .clearEffectiveExpireTime()
              .clearEtag()
              .clearArchiveTime()
              .clearArchiveFilename()
              .build());
      world.add(session.hasArchiveTime());
      for (ChatMessage message : AcknowledgedWrites.messages(calls(), session)) {
        var time = message.hasClientTime() ? message.getClientTime() : message.getCreateTime();
        String text = message.toBuilder().clearCreateTime().setClientTime(time).build().toString();
        world.add(text.replace("\\n{", " {"));
      }
      world.addAll(runs(session));
    }
    return world;
  }

  private static List<Object> runs(Session session) {
    RunServiceGrpc.RunServiceBlockingStub calls =
        RunServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
    List<Object> found = new ArrayList<>();
    for (Run run :
        calls
            .listRuns(
                ListRunsRequest.newBuilder()
                    .setAgentId(session.getAgentId())
                    .setSessionId(session.getSessionId())
                    .build())
            .getRunsList()) {
      found.add(
          run.toBuilder()
              .clearAgentId()
              .clearSessionId()
              .clearCreateTime()
              .clearStartTime()
              .clearEndTime()
              .build());
      found.add(
          calls.getRetrievedContext(
              GetRetrievedContextRequest.newBuilder()
                  .setAgentId(session.getAgentId())
                  .setSessionId(session.getSessionId())
                  .setRunId(run.getRunId())
                  .build()));
    }
    return found;
  }
}
