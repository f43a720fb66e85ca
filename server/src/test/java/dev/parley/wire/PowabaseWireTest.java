package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.proto.powabase.v1.DeleteSessionRequest;
import dev.parley.proto.powabase.v1.GetRetrievedContextRequest;
import dev.parley.proto.powabase.v1.GetSessionRequest;
import dev.parley.proto.powabase.v1.ListMessagesRequest;
import dev.parley.proto.powabase.v1.ListRunsRequest;
import dev.parley.proto.powabase.v1.ListRunsResponse;
import dev.parley.proto.powabase.v1.Message;
import dev.parley.proto.powabase.v1.Session;
import dev.parley.proto.powabase.v1.SessionServiceGrpc;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The five routes return the bodies of the contract, byte for byte. */
class PowabaseWireTest {
  private static final SetClock CLOCK = new SetClock("2026-08-13T17:30:00Z");
  private static final String RUN = "run_0c6e1f9b2a84";
  private static ServerFixture server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).clock(CLOCK).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static PowabaseFixture empty() {
    return new PowabaseFixture(server, "{}");
  }

  /** The conversation of the contract's examples. */
  private static PowabaseFixture documented() {
    CLOCK.set("2026-08-13T17:30:00.12Z");
    PowabaseFixture scene =
        new PowabaseFixture(server, "{\"user\":\"9a1e6f52-64b7-4c3d-8f10-2b7d5c8e4a61\"}");
    JsonNode shown = JsonBodies.tree(PowabaseFixture.text("runs-list.200.json")).at("/runs/0");
    ObjectNode details = ((ObjectNode) shown.deepCopy());
    details.retain("steps", "events", "tool_calls", "reasoning_steps", "citations");
    details.put("reasoning_duration_ms", 2119);
    JsonNode reasoning =
        JsonBodies.tree(PowabaseFixture.text("messages-list.200.json")).at("/messages/1/reasoning");
    CLOCK.set("2026-08-13T17:32:20.004211Z");
    scene.run("{\"runId\":\"%s\",\"model\":\"gpt-4o\"}".formatted(RUN));
    CLOCK.set("2026-08-13T17:32:22.123456Z");
    scene.append(
        """
        {"role":"USER","content":"What was revenue in Q3?","runId":"%s"},
        {"role":"ASSISTANT","content":"Revenue in Q3 2025 was 4.2 million [1].","runId":"%s"}"""
            .formatted(RUN, RUN));
    scene.putContext(
        RUN,
        JsonBodies.tree(PowabaseFixture.text("retrieved-context-full.200.json"))
            .get("retrieved_context")
            .toString());
    scene.updateRun(
        RUN,
        "{\"state\":\"COMPLETED\",\"usage\":%s,\"reasoning\":%s,\"details\":%s}"
            .formatted(shown.get("usage"), reasoning, details));
    return scene;
  }

  private static void isBody(HttpResponse<String> answer, String body) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("application/json; charset=utf-8");
  }

  @Test
  void session_asTheExample() {
    PowabaseFixture scene = documented();
    isBody(scene.client().get("/" + scene.name), scene.example("session-get.200.json"));
  }

  @Test
  void session_ofNobody_nullAndMetadataVerbatim() {
    CLOCK.set("2026-08-13T17:40:00Z");
    String metadata = "{ \"b\":1.10,\"a\" : 12345678901234567890 }";
    PowabaseFixture scene = new PowabaseFixture(server, "{\"metadata\":" + metadata + "}");
    assertThat(scene.client().get("/" + scene.name).body())
        .contains("\"user_id\":null,\"session_data\":{},\"metadata\":" + metadata + ",")
        .endsWith(
            "\"created_at\":\"2026-08-13T17:40:00+00:00\","
                + "\"updated_at\":\"2026-08-13T17:40:00+00:00\"}");
  }

  @Test
  void session_byEitherNameInAnyCase() {
    PowabaseFixture scene = empty();
    ContractClient client = scene.client();
    String body = client.get("/" + scene.name).body();
    for (String name :
        List.of(
            scene.name.toUpperCase(Locale.ROOT),
            scene.sessionId,
            scene.sessionId.toUpperCase(Locale.ROOT))) {
      isBody(client.get("/" + name), body);
    }
  }

  @Test
  void messages_asTheExample() {
    PowabaseFixture scene = documented();
    CLOCK.set("2026-08-13T17:40:00Z");
    scene.run("{\"runId\":\"run_9d2b7a3c5e16\"}");
    scene.append("{\"role\":\"USER\",\"content\":\"And?\",\"runId\":\"run_9d2b7a3c5e16\"}");
    isBody(
        scene.client().get("/" + scene.name + "/messages"),
        scene.example("messages-list.200.json"));
  }

  @Test
  void messages_none_asTheExample() {
    PowabaseFixture scene = empty();
    isBody(
        scene.client().get("/" + scene.name + "/messages"),
        scene.example("messages-list-empty.200.json"));
  }

  @Test
  void messages_ofFinishedRunsAndOfNone_spokenOnly() {
    PowabaseFixture scene = empty();
    for (String state : List.of("PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED")) {
      scene.run("{\"runId\":\"%s\",\"state\":\"%s\"}".formatted(state, state));
      scene.append(
          "{\"role\":\"USER\",\"content\":\"%s\",\"runId\":\"%s\"}".formatted(state, state));
    }
    scene.append(
        """
        {"role":"SYSTEM","content":"s"},
        {"role":"DEVELOPER","content":"d"},
        {"role":"TOOL","content":"t"},
        {"role":"ASSISTANT","content":[{"type":"text","text":"no run"}]},
        {"role":"USER","content":"unknown run","runId":"never made"}""");
    ContractClient client = scene.client();

    String messages = client.get("/" + scene.name + "/messages").body();

    JsonNode list = JsonBodies.tree(messages).get("messages");
    assertThat(list.findValuesAsText("run_id").get(0)).isEqualTo("COMPLETED");
    assertThat(list.findValuesAsText("run_id").get(1)).matches("seed_[0-9a-f]{12}");
    assertThat(list.at("/1/retrieved_context")).isEmpty();
    assertThat(list.at("/1/retrieved_context").isArray()).isTrue();
    assertThat(list.findValuesAsText("run_id").get(2)).isEqualTo("never made");
    assertThat(list).hasSize(3);
    assertThat(client.get("/" + scene.name + "/messages").body()).isEqualTo(messages);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 205",
    "?limit=, 205",
    "?limit=abc, 205",
    "?limit=1.5, 205",
    "?limit=1, 1",
    "?limit=3, 3",
    "?limit=200, 200",
    "?limit=201, 200",
    "?limit=99999999999999999999, 200",
    "?limit=0, 1",
    "?limit=-5, 1",
    "?limit=7&limit=3, 3",
    "?limit=3&other=x, 3"
  })
  void messages_limit_newestInOrder(String query, int expected) {
    PowabaseFixture scene = empty();
    scene.append(
        IntStream.rangeClosed(1, 205)
            .mapToObj("{\"role\":\"USER\",\"content\":\"text %d\"}"::formatted)
            .collect(Collectors.joining(",")));

    HttpResponse<String> answer = scene.client().get("/" + scene.name + "/messages" + query);

    List<String> texts = JsonBodies.tree(answer.body()).findValuesAsText("content");
    assertThat(texts).hasSize(expected).endsWith("text 205");
    assertThat(texts.get(0)).isEqualTo("text " + (206 - expected));
  }

  /** Each message of a run repeats the data of the run. The answer must still be limited. */
  @Test
  void messages_ofOneRunWithMuchToShow_endShort() {
    PowabaseFixture scene = empty();
    int excerpt = 1_000_000;
    scene.run(
        """
        {"runId":"r","state":"COMPLETED","details":{"citations":[{"text_excerpt":"%s"}]}}"""
            .formatted("x".repeat(excerpt)));
    scene.append(
        IntStream.rangeClosed(1, 40)
            .mapToObj("{\"role\":\"ASSISTANT\",\"content\":\"%d\",\"runId\":\"r\"}"::formatted)
            .collect(Collectors.joining(",")));

    HttpResponse<String> answer =
        server.send("GET", "/api/sessions/" + scene.name + "/messages", server.rootKey(), null);

    assertThat(answer.body().length()).isBetween(32 * excerpt, 34 * excerpt);
    assertThat(JsonBodies.text(answer.body(), "/messages/32/content")).isEqualTo("40");
  }

  @Test
  void runs_asTheExample() {
    PowabaseFixture scene = documented();
    CLOCK.set("2026-08-13T17:40:00Z");
    scene.run("{\"runId\":\"run_9d2b7a3c5e16\",\"model\":\"gpt-4o\"}");
    scene.append("{\"role\":\"USER\",\"content\":\"And in Q4?\",\"runId\":\"run_9d2b7a3c5e16\"}");
    CLOCK.set("2026-08-13T17:40:30Z");
    scene.updateRun("run_9d2b7a3c5e16", "{\"state\":\"FAILED\",\"error\":\"model timed out\"}");

    HttpResponse<String> answer = scene.client().get("/" + scene.name + "/runs");

    List<String> ids = JsonBodies.tree(answer.body()).get("runs").findValuesAsText("id");
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f-]{36}"));
    isBody(
        answer,
        scene
            .example("runs-list.200.json")
            .replace("7e4a1c90-52bd-4f36-8c0e-9b6d2f1a3e57", ids.get(0))
            .replace("a90d3c4e-1b7f-4e25-b6c8-5f0e2d7a9c31", ids.get(1)));
  }

  @Test
  void runs_none_asTheExample() {
    PowabaseFixture scene = empty();
    isBody(
        scene.client().get("/" + scene.name + "/runs"), scene.example("runs-list-empty.200.json"));
  }

  @Test
  void runs_limitAndOffset_oldestFirst() {
    PowabaseFixture scene = empty();
    for (int i = 1; i <= 102; i++) {
      scene.run("{\"runId\":\"r%d\"}".formatted(i));
    }
    ContractClient client = scene.client();
    String route = "/" + scene.name + "/runs";
    isRuns(client.get(route), 100, 0, 1, 100);
    isRuns(client.get(route + "?limit=100"), 100, 0, 1, 100);
    isRuns(client.get(route + "?limit=101&offset=1"), 100, 1, 2, 100);
    isRuns(client.get(route + "?limit=x&offset=x"), 100, 0, 1, 100);
    isRuns(client.get(route + "?limit=0&offset=-1"), 1, 0, 1, 1);
    isRuns(client.get(route + "?limit=-7&offset=101"), 1, 101, 102, 1);
    isRuns(client.get(route + "?limit=5&offset=100"), 5, 100, 101, 2);
    isRuns(client.get(route + "?limit=5&offset=102"), 5, 102, 0, 0);
    isRuns(client.get(route + "?limit=5&offset=" + "9".repeat(40)), 5, Long.MAX_VALUE, 0, 0);
  }

  private static void isRuns(
      HttpResponse<String> answer, int limit, long offset, int first, int count) {
    JsonNode body = JsonBodies.tree(answer.body());
    assertThat(body.get("limit").asInt()).isEqualTo(limit);
    assertThat(body.get("offset").asLong()).isEqualTo(offset);
    assertThat(body.get("runs").findValuesAsText("run_id"))
        .containsExactlyElementsOf(
            IntStream.range(first, first + count).mapToObj(i -> "r" + i).toList());
  }

  @Test
  void context_asTheExamples() {
    PowabaseFixture scene = documented();
    isBody(
        scene.client().get("/" + scene.name + "/runs/" + RUN + "/retrieved-context"),
        scene.example("retrieved-context-full.200.json"));
    String documented = PowabaseFixture.text("retrieved-context.200.json");
    scene.run("{\"runId\":\"run_xyz\"}");
    scene.putContext("run_xyz", JsonBodies.tree(documented).get("retrieved_context").toString());
    isBody(
        scene.client().get("/" + scene.name + "/runs/run_xyz/retrieved-context"),
        documented.replace("sess_abc", scene.name));
  }

  /** Stored verbatim: order of keys, format of numbers, repeated names and white space. */
  @Test
  void context_ofOddJson_verbatim() {
    PowabaseFixture scene = empty();
    scene.run("{\"runId\":\"a b/ü\",\"state\":\"COMPLETED\"}");
    scene.append("{\"role\":\"ASSISTANT\",\"content\":\"x\",\"runId\":\"a b/ü\"}");
    String items =
        "[{ \"z\":1.10,\"a\" : 12345678901234567890,\"e\":-0.0, \"x\":1E5},"
            + "{\"a\":1,\"a\":2},{},{\"_type\":\"é\\u00e9\\/\"}]";
    scene.putContext("a%20b%2F%C3%BC", items);
    isBody(
        scene.client().get("/" + scene.name + "/runs/a%20b%2F%C3%BC/retrieved-context"),
        "{\"session_id\":\"%s\",\"run_id\":\"a b/ü\",\"retrieved_context\":%s}"
            .formatted(scene.name, items));
    assertThat(scene.client().get("/" + scene.name + "/messages").body())
        .contains("\"retrieved_context\":" + items + "}");
  }

  @Test
  void context_neverPut_isEmpty() {
    PowabaseFixture scene = empty();
    scene.run("{\"runId\":\"r\"}");
    isBody(
        scene.client().get("/" + scene.name + "/runs/r/retrieved-context"),
        "{\"session_id\":\"%s\",\"run_id\":\"r\",\"retrieved_context\":[]}".formatted(scene.name));
  }

  @Test
  void delete_asTheExample_andAllIsGone() {
    PowabaseFixture scene = documented();
    ContractClient client = scene.client();
    isBody(client.delete("/" + scene.name), scene.example("session-delete.200.json"));
    for (String route : List.of("", "/messages", "/runs", "/runs/" + RUN + "/retrieved-context")) {
      assertThat(client.get("/" + scene.name + route).statusCode()).isEqualTo(404);
    }
    assertThat(client.delete("/" + scene.name).statusCode()).isEqualTo(404);
    assertThat(server.send("GET", scene.path, server.rootKey(), null).statusCode()).isEqualTo(404);
  }

  @Test
  void grpc_sameCalls() {
    PowabaseFixture scene = documented();
    SessionServiceGrpc.SessionServiceBlockingStub stub =
        SessionServiceGrpc.newBlockingStub(
            server.channel(server.agentKey(scene.agentId, "agent:manage")));

    Session session =
        stub.getSession(GetSessionRequest.newBuilder().setSessionId(scene.name).build());
    List<Message> messages =
        stub.listMessages(
                ListMessagesRequest.newBuilder().setSessionId(scene.name).setLimit("1").build())
            .getMessagesList();
    ListRunsResponse runs =
        stub.listRuns(
            ListRunsRequest.newBuilder().setSessionId(scene.name).setOffset("abc").build());
    int items =
        stub.getRetrievedContext(
                GetRetrievedContextRequest.newBuilder()
                    .setSessionId(scene.sessionId)
                    .setRunId(RUN)
                    .build())
            .getRetrievedContextCount();
    boolean deleted =
        stub.deleteSession(DeleteSessionRequest.newBuilder().setSessionId(scene.name).build())
            .getSuccess();

    assertThat(session.getId()).isEqualTo(scene.sessionId);
    assertThat(messages).singleElement().matches(Message::getReasoningRequested);
    assertThat(runs.getRuns(0).getToolCalls(0).getToolName()).isEqualTo("knowledge_search");
    assertThat(runs.getLimit()).isEqualTo(100);
    assertThat(items).isEqualTo(2);
    assertThat(deleted).isTrue();
  }
}
