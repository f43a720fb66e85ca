package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.proto.powabase.v1.ListRunsRequest;
import dev.parley.proto.powabase.v1.ListRunsResponse;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Half of a surrogate pair, which JSON can contain as an escape. JSON values keep it. Where it is
 * part of a protobuf string, it is U+FFFD. REST and gRPC behave the same.
 */
class SurrogateWireTest {
  private static final String BLOCKS = "[{\"type\":\"text\",\"text\":\"a \\ud83d\",\"\\udc97\":1}]";
  private static final String SHOWN = "a \uFFFD";

  @TempDir private static Path folder;
  private static ServerFixture server;
  private static UUID agentId;
  private static String sessionId;

  @BeforeAll
  static void start() {
    server = ServerFixture.start(folder);
    agentId = server.agent("acme");
    sessionId =
        SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
            .appendMessages(
                AppendMessagesRequest.newBuilder()
                    .setAgentId(agentId.toString())
                    .setKey("k")
                    .setCreateIfMissing(true)
                    .addMessages(message(ChatMessage.Role.USER))
                    .addMessages(message(ChatMessage.Role.ASSISTANT))
                    .build())
            .getSession()
            .getSessionId();
    String details =
        """
        {"runId":"r","state":"COMPLETED","details":{"reasoning_steps":[{"content":"\\ud83d"}]}}""";
    assertThat(send("POST", nativePath() + "/runs", details).statusCode()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ChatMessage message(ChatMessage.Role role) {
    return ChatMessage.newBuilder()
        .setRole(role)
        .setRunId("r")
        .setContent(Content.newBuilder().setBlocks(Json.newBuilder().setValue(BLOCKS)))
        .setMetadata(Json.newBuilder().setValue("{\"\\ud83d\":\"\\ud83d\"}"))
        .build();
  }

  private static String nativePath() {
    return "/v1/agents/" + agentId + "/sessions/" + sessionId;
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    return server.send(method, path, server.rootKey(), body);
  }

  @Test
  void jsonValues_areKeptVerbatim_overBoth() {
    ListMessagesRequest request =
        ListMessagesRequest.newBuilder()
            .setAgentId(agentId.toString())
            .setSessionId(sessionId)
            .build();
    ChatMessage message =
        SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
            .listMessages(request)
            .getMessages(0);

    assertThat(message.getContent().getBlocks().getValue()).isEqualTo(BLOCKS);
    assertThat(message.getMetadata().getValue()).isEqualTo("{\"\\ud83d\":\"\\ud83d\"}");
    assertThat(send("GET", nativePath() + "/messages", null).body())
        .contains("\"content\":" + BLOCKS)
        .contains("\"metadata\":{\"\\ud83d\":\"\\ud83d\"}");
  }

  @Test
  void appendOverRest_takesTheSameBlocks() {
    String body =
        """
        {"key":"rest","createIfMissing":true,"messages":[{"role":"USER","content":%s}]}"""
            .formatted(BLOCKS);
    HttpResponse<String> answer = send("POST", "/v1/agents/" + agentId + "/messages:append", body);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"content\":" + BLOCKS);
  }

  @Test
  void powabaseRun_showsReplacementCharacter_overBoth() {
    ListRunsResponse runs =
        dev.parley.proto.powabase.v1.SessionServiceGrpc.newBlockingStub(
                server.channel(server.rootKey()))
            .listRuns(ListRunsRequest.newBuilder().setSessionId(sessionId).build());
    String rest = send("GET", "/api/sessions/" + sessionId + "/runs", null).body();

    assertThat(runs.getRuns(0).getContent()).isEqualTo(SHOWN);
    assertThat(runs.getRuns(0).getReasoningSteps(0).getContent()).isEqualTo("\uFFFD");
    // Jackson refuses half of a surrogate pair in a name, and the messages of this answer
    // contain one.
    assertThat(rest)
        .contains("\"content\":\"" + SHOWN + "\",\"usage\"")
        .contains("\"content\":\"\uFFFD\"");
  }

  @Test
  void foundryContent_showsReplacementCharacter_overBoth() {
    String agentRid = "ri.aip-agents..agent." + agentId;
    String sessionRid = "ri.aip-agents..session." + sessionId;
    var content =
        dev.parley.proto.foundry.v2.SessionServiceGrpc.newBlockingStub(
                server.channel(server.rootKey()))
            .getContent(
                dev.parley.proto.foundry.v2.GetContentRequest.newBuilder()
                    .setAgentRid(agentRid)
                    .setSessionRid(sessionRid)
                    .build());
    String path = "/api/v2/aipAgents/agents/" + agentRid + "/sessions/" + sessionRid + "/content";
    String rest = send("GET", path, null).body();

    assertThat(content.getExchanges(0).getUserInput().getText()).isEqualTo(SHOWN);
    assertThat(content.getExchanges(0).getResult().getAgentMarkdownResponse()).isEqualTo(SHOWN);
    assertThat(JsonBodies.text(rest, "/exchanges/0/userInput/text")).isEqualTo(SHOWN);
    assertThat(JsonBodies.text(rest, "/exchanges/0/result/agentMarkdownResponse")).isEqualTo(SHOWN);
  }

  @Test
  void protobufString_isRefusedWithTheCharacterNamed() {
    HttpResponse<String> answer = send("PATCH", nativePath(), "{\"label\":\"l \\ud83d\"}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"field\":\"label\"", "U+D83D");
  }

  /** An error repeats the name of a field as far as UTF-8 can represent it. */
  @Test
  void unknownField_isNamedWithReplacementCharacter() {
    HttpResponse<String> answer = send("PATCH", nativePath(), "{\"l\\ud83d\":1}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"field\":\"l\uFFFD\"");
  }
}
