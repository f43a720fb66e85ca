package dev.parley.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ArchiveSessionRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.CreateSessionRequest;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ParleyProcess.Result;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code parley sessions} and {@code parley messages} on a server. One call of each is a process,
 * as an operator runs it.
 */
class SessionCommandsIT {
  private static final Instant WRITTEN = Instant.parse("2021-03-04T05:06:07.890Z");

  @TempDir private static Path work;
  private static ServerProcess server;
  private static String agent;
  private static String session;

  @BeforeAll
  static void start() {
    server = ServerProcess.start(work, "--content-bytes-max", "4194304");
    agent = server.agent().toString();
    SessionServiceGrpc.SessionServiceBlockingStub stub =
        SessionServiceGrpc.newBlockingStub(server.channel());
    Session weather =
        Session.newBuilder().setKey("weather").setUser("ana").setLabel("Two\nlines").build();
    session = create(stub, weather);
    create(stub, Session.newBuilder().setKey("news").build());
    stub.appendMessages(
        AppendMessagesRequest.newBuilder()
            .setAgentId(agent)
            .setSessionId(session)
            .addMessages(
                message("m-1", ChatMessage.Role.USER)
                    .setContent(text("Sunny?"))
                    .setClientTime(Timestamps.fromMillis(WRITTEN.toEpochMilli())))
            .addMessages(
                message("m-2", ChatMessage.Role.ASSISTANT)
                    .setContent(
                        Content.newBuilder()
                            .setBlocks(Json.newBuilder().setValue("[{\"type\":\"text\"}]"))))
            .addMessages(
                message("m-3", ChatMessage.Role.TOOL).setContent(text("yes")).setRunId("run-1"))
            .build());
  }

  private static String create(
      SessionServiceGrpc.SessionServiceBlockingStub stub, Session created) {
    return create(stub, agent, created);
  }

  private static String create(
      SessionServiceGrpc.SessionServiceBlockingStub stub, String agentId, Session created) {
    return stub.createSession(
            CreateSessionRequest.newBuilder().setAgentId(agentId).setSession(created).build())
        .getSessionId();
  }

  private static ChatMessage.Builder message(String id, ChatMessage.Role role) {
    return ChatMessage.newBuilder().setMessageId(id).setRole(role);
  }

  private static Content.Builder text(String text) {
    return Content.newBuilder().setText(text);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void sessionsList_newestFirst_asTabSeparatedLines() {
    Result all = server.run("sessions", "list", "--agent", agent);

    assertThat(all.exitCode()).isZero();
    assertThat(all.out().lines()).hasSize(2);
    assertThat(all.out().lines().findFirst().orElseThrow())
        .startsWith(agent + "\t" + session + "\t20")
        .endsWith("\t3\tana\tweather\tTwo\\nlines");
    assertThat(Commands.run(server, "sessions", "list", "--limit", "1").out().lines()).hasSize(1);
  }

  @Test
  void sessionsList_filterAndJson() {
    Result ana =
        Commands.run(
            server, "sessions", "list", "--agent", agent, "--filter", "user = ana", "--json");
    Result refused = Commands.run(server, "sessions", "list", "--filter", "label = x");

    assertThat(ana.out().lines()).hasSize(1);
    assertThat(JsonBodies.text(ana.out(), "/sessionId")).isEqualTo(session);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("no index serves a filter on label.");
  }

  @Test
  void sessionsList_showArchived_listsBoth() {
    String other = server.agent().toString();
    SessionServiceGrpc.SessionServiceBlockingStub stub =
        SessionServiceGrpc.newBlockingStub(server.channel());
    String archived = create(stub, other, Session.newBuilder().setKey("old").build());
    String active = create(stub, other, Session.newBuilder().setKey("new").build());
    var unused =
        stub.archiveSession(
            ArchiveSessionRequest.newBuilder().setAgentId(other).setSessionId(archived).build());

    String[] list = {"sessions", "list", "--agent", other, "--order-by", "create_time"};
    assertThat(Commands.run(server, list).out().lines())
        .hasSize(1)
        .allMatch(line -> line.contains(active));
    assertThat(Commands.run(server, with(list, "--show-archived")).out().lines())
        .hasSize(2)
        .first()
        .asString()
        .contains(archived);
    Result refused = Commands.run(server, "sessions", "list", "--agent", other, "--show-archived");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("create_time desc and create_time");
  }

  @Test
  void sessionsGet_byIdOrKey_isJson() {
    String byId =
        Commands.run(server, "sessions", "get", "--agent", agent, "--session", session).out();
    String byKey =
        Commands.run(server, "sessions", "get", "--agent", agent, "--session-key", "weather").out();
    Result neither = Commands.run(server, "sessions", "get", "--agent", agent);

    assertThat(JsonBodies.text(byId, "/key")).isEqualTo("weather");
    assertThat(byKey).isEqualTo(byId);
    assertThat(neither.exitCode()).isEqualTo(2);
  }

  @Test
  void messagesList_filters() {
    String[] list = {"messages", "list", "--agent", agent, "--session", session};

    assertThat(ids(list)).containsExactly("m-3", "m-2", "m-1");
    assertThat(ids(with(list, "--oldest-first", "--limit", "2"))).containsExactly("m-1", "m-2");
    assertThat(ids(with(list, "--role", "user,TOOL"))).containsExactly("m-3", "m-1");
    assertThat(ids(with(list, "--run", "run-1"))).containsExactly("m-3");
    assertThat(ids(with(list, "--around", "m-2", "--limit", "2"))).containsExactly("m-3", "m-2");
    assertThat(server.run(list).out().lines().skip(1).findFirst().orElseThrow())
        .startsWith("2\t20")
        .endsWith("\tASSISTANT\t-\tm-2\t[{\"type\":\"text\"}]");
  }

  @Test
  void messagesList_timeOfClientShown_jsonHasBoth() {
    String[] list = {
      "messages", "list", "--agent", agent, "--session", session, "--around", "m-1", "--limit", "1"
    };

    assertThat(Commands.run(server, list).out()).startsWith("1\t" + WRITTEN + "\tUSER\t");
    String json = Commands.run(server, with(list, "--json")).out();
    assertThat(JsonBodies.text(json, "/clientTime")).isEqualTo(WRITTEN.toString());
    assertThat(Instant.parse(JsonBodies.text(json, "/createTime"))).isAfter(WRITTEN);
  }

  @Test
  void messagesSearch_printsSnippetsOrJson() {
    String[] search = {"messages", "search", "--agent", agent, "sun*"};
    Waiting.until(
        () -> Commands.run(server, search).out().lines().count() == 1,
        () -> "The message was not found.");

    assertThat(Commands.run(server, search).out())
        .startsWith(session + "\t1\t" + WRITTEN)
        .endsWith("\tUSER\tSunny?\n");
    assertThat(
            JsonBodies.text(Commands.run(server, with(search, "--json")).out(), "/message/content"))
        .isEqualTo("Sunny?");
    assertThat(Commands.run(server, with(search, "--filter", "role = TOOL")).out()).isEmpty();
    Result refused = Commands.run(server, "messages", "search", "\"open");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("the double quote is not closed");
  }

  @Test
  void messagesGet_isJson_unknownIsRefused() {
    String[] get = {"messages", "get", "--agent", agent, "--session", session};
    Result unknown = Commands.run(server, with(get, UUID.randomUUID().toString()));

    assertThat(JsonBodies.text(server.run(with(get, "m-1")).out(), "/content")).isEqualTo("Sunny?");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("Message not found");
  }

  @Test
  void messagesGet_contentOverTheLimitOfAResponse_saysSo() {
    String other = server.agent().toString();
    String id =
        SessionServiceGrpc.newBlockingStub(server.channel())
            .appendMessages(
                AppendMessagesRequest.newBuilder()
                    .setAgentId(other)
                    .setKey("large")
                    .setCreateIfMissing(true)
                    .addMessages(
                        message("large", ChatMessage.Role.USER)
                            .setContent(text("x".repeat(4 << 20))))
                    .build())
            .getSession()
            .getSessionId();

    Result large =
        Commands.run(server, "messages", "get", "--agent", other, "--session", id, "large");

    assertThat(large.exitCode()).isZero();
    assertThat(JsonBodies.tree(large.out()).has("content")).isFalse();
    assertThat(large.err()).hasLineCount(1).contains("message large is omitted", "4194304 bytes");
  }

  private static String[] with(String[] command, String... more) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static List<String> ids(String... command) {
    Result result = Commands.run(server, command);
    assertThat(result.exitCode()).describedAs(result.err()).isZero();
    return result.out().lines().map(line -> line.split("\t")[4]).toList();
  }
}
