package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.rpc.ErrorInfo;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.BatchAppendMessagesRequest;
import dev.parley.proto.v1.BatchAppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.ResponseView;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchAppendWireTest {
  private static ServerFixture server;
  private UUID one;
  private UUID two;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void createAgents() {
    one = server.agent("acme");
    two = server.agent("acme");
  }

  private static AppendMessagesRequest.Builder entry(UUID agentId, String key, String... ids) {
    AppendMessagesRequest.Builder entry =
        AppendMessagesRequest.newBuilder()
            .setAgentId(agentId.toString())
            .setKey(key)
            .setCreateIfMissing(true);
    for (String id : ids) {
      entry.addMessages(
          ChatMessage.newBuilder()
              .setMessageId(id)
              .setRole(ChatMessage.Role.USER)
              .setContent(Content.newBuilder().setText("text " + id)));
    }
    return entry;
  }

  private static BatchAppendMessagesRequest batch(AppendMessagesRequest.Builder... entries) {
    BatchAppendMessagesRequest.Builder batch = BatchAppendMessagesRequest.newBuilder();
    List.of(entries).forEach(batch::addRequests);
    return batch.build();
  }

  private static BatchAppendMessagesResponse append(
      String key, BatchAppendMessagesRequest request) {
    return MessageServiceGrpc.newBlockingStub(server.channel(key)).batchAppendMessages(request);
  }

  private static String reason(BatchAppendMessagesResponse response, int index) throws Exception {
    return response
        .getResponses(index)
        .getError()
        .getDetails(0)
        .unpack(ErrorInfo.class)
        .getReason();
  }

  private HttpResponse<String> post(String body) {
    return server.send("POST", "/v1/messages:batchAppend", server.rootKey(), body);
  }

  @Test
  void entries_ofSeveralAgents_areAnsweredInOrder() {
    BatchAppendMessagesResponse response =
        append(
            server.rootKey(),
            batch(entry(one, "a", "1", "2"), entry(two, "b", "3"), entry(one, "a", "4")));

    assertThat(response.getResponsesList())
        .extracting(each -> each.getAppended().getSession().getKey())
        .containsExactly("a", "b", "a");
    assertThat(response.getResponses(2).getAppended().getMessages(0).getSequence()).isEqualTo(3);
    assertThat(response.getResponses(0).getAppended().getMessages(1).getContent().getText())
        .isEqualTo("text 2");
  }

  @Test
  void entries_failOnTheirOwn() throws Exception {
    append(server.rootKey(), batch(entry(one, "a", "1")));
    BatchAppendMessagesResponse response =
        append(
            server.rootKey(),
            batch(
                entry(one, "a", "2").setExpectedHeadSequence(9),
                entry(UUID.randomUUID(), "a", "3"),
                entry(one, "missing", "4").setCreateIfMissing(false),
                entry(one, "a", "5").setExpectedHeadSequence(1)));

    assertThat(reason(response, 0)).isEqualTo("STALE_SEQUENCE");
    assertThat(response.getResponses(0).getError().getCode())
        .isEqualTo(Status.Code.ABORTED.value());
    assertThat(reason(response, 1)).isEqualTo("AGENT_NOT_FOUND");
    assertThat(reason(response, 2)).isEqualTo("SESSION_NOT_FOUND");
    assertThat(response.getResponses(3).getAppended().getSession().getHeadSequence()).isEqualTo(2);
  }

  @Test
  void agentKey_writesToItsOwnAgentOnly() throws Exception {
    String key = server.agentKey(one, "chat");

    BatchAppendMessagesResponse response =
        append(key, batch(entry(two, "a", "1"), entry(one, "a", "1")));

    assertThat(reason(response, 0)).isEqualTo("AGENT_FORBIDDEN");
    assertThat(response.getResponses(1).hasAppended()).isTrue();
    assertThat(server.send("GET", "/v1/agents/" + two + "/keys/a", server.rootKey(), null))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(404);
  }

  @Test
  void keyWithoutScope_refusedAsAWhole() {
    String key = server.agentKey(one, "agent:manage");

    assertThatThrownBy(() -> append(key, batch(entry(one, "a", "1"))))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
  }

  @Test
  void retry_ofTheWholeBatch_changesNothing() {
    BatchAppendMessagesRequest batch = batch(entry(one, "a", "1"), entry(two, "b", "2", "3"));

    assertThat(append(server.rootKey(), batch)).isEqualTo(append(server.rootKey(), batch));
  }

  @Test
  void idsView_omitsContents() {
    BatchAppendMessagesResponse response =
        append(
            server.rootKey(),
            batch(entry(one, "a", "1")).toBuilder()
                .setResponseView(ResponseView.RESPONSE_VIEW_IDS)
                .build());

    assertThat(response.getResponses(0).getAppended().getMessages(0))
        .isEqualTo(ChatMessage.newBuilder().setSequence(1).setMessageId("1").build());
  }

  @Test
  void resultsOverThreeMebibytes_omitContents() {
    AppendMessagesRequest.Builder[] entries = new AppendMessagesRequest.Builder[4];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = entry(one, "k" + i, "m");
      entries[i]
          .getMessagesBuilder(0)
          .setContent(Content.newBuilder().setText("x".repeat(1 << 20)));
    }
    BatchAppendMessagesResponse response = append(server.rootKey(), batch(entries));

    assertThat(response.getResponsesList())
        .allMatch(each -> each.getAppended().getMessages(0).getSequence() == 1)
        .noneMatch(each -> each.getAppended().getMessages(0).hasContent());
  }

  @ParameterizedTest
  @CsvSource({"0, 400", "1, 200", "1000, 200", "1001, 400"})
  void entryCount_atAndPastItsBounds(int count, int status) {
    List<String> entries =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    """
                    {"agentId":"%s","key":"k%d","createIfMissing":true,
                     "messages":[{"role":"USER","content":"x"}]}"""
                        .formatted(one, i % 7))
            .toList();

    HttpResponse<String> answer = post("{\"requests\":[" + String.join(",", entries) + "]}");

    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    if (status == 200) {
      assertThat(JsonBodies.tree(answer.body()).get("responses")).hasSize(count);
    }
  }

  @Test
  void invalidEntry_failsTheWholeCallAndNamesTheField() {
    String valid =
        """
        {"agentId":"%s","key":"a","createIfMissing":true,
         "messages":[{"role":"USER","content":"x"}]}"""
            .formatted(one);

    HttpResponse<String> answer =
        post("{\"requests\":[%s,%s]}".formatted(valid, valid.replace("USER", "BOSS")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.text(answer.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo("requests[1].messages[0].role");
    assertThat(server.send("GET", "/v1/agents/" + one + "/keys/a", server.rootKey(), null))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(404);
  }

  @Test
  void entriesOfOneSession_oneIsAResentMessage_keepTheirOrder() {
    String blocks = "[{\"v\":1}]";
    append(server.rootKey(), batch(withBlocks(entry(one, "a", "x"), blocks)));

    BatchAppendMessagesResponse response =
        append(
            server.rootKey(),
            batch(
                withBlocks(entry(one, "a", "x", "b"), blocks.replace("1", "1.0")),
                entry(one, "a", "c")));

    assertThat(response.getResponses(0).getAppended().getMessages(1).getSequence()).isEqualTo(2);
    assertThat(response.getResponses(1).getAppended().getMessages(0).getSequence()).isEqualTo(3);
  }

  private static AppendMessagesRequest.Builder withBlocks(
      AppendMessagesRequest.Builder entry, String blocks) {
    entry
        .getMessagesBuilder(0)
        .setContent(Content.newBuilder().setBlocks(Json.newBuilder().setValue(blocks)));
    return entry;
  }

  @Test
  void entryWithoutSession_400NamesTheEntry() {
    HttpResponse<String> answer =
        post(
            """
            {"requests":[{"agentId":"%s","messages":[{"role":"USER","content":"x"}]}]}"""
                .formatted(one));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.text(answer.body(), "/error/details/1/fieldViolations/0/field"))
        .isEqualTo("requests[0].key");
  }

  @Test
  void overRest_errorsAreProto3Json() {
    String entry =
        """
        {"agentId":"%s","key":"a","messages":[{"role":"USER","content":"x"}]}"""
            .formatted(one);

    HttpResponse<String> answer =
        post("{\"requests\":[%s]}".formatted(String.join(",", Collections.nCopies(1, entry))));
    JsonNode error = JsonBodies.tree(answer.body()).at("/responses/0/error");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(error.get("code").asInt()).isEqualTo(Status.Code.NOT_FOUND.value());
    assertThat(error.at("/details/0/@type").asText())
        .isEqualTo("type.googleapis.com/google.rpc.ErrorInfo");
    assertThat(error.at("/details/0/reason").asText()).isEqualTo("SESSION_NOT_FOUND");
  }
}
