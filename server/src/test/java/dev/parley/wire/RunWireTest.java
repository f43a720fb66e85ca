package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.proto.v1.GetRetrievedContextRequest;
import dev.parley.proto.v1.Json;
import dev.parley.proto.v1.ListRunsRequest;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.StartRunRequest;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Runs over the native API. */
class RunWireTest {
  private static final int ITEM_BYTES = 1 << 20;
  private static ServerFixture server;

  private UUID agentId;
  private String key;
  private String sessionId;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeSession() {
    agentId = server.agent("owner-" + UUID.randomUUID());
    key =
        server.key(
            """
            {"type":"AGENT","agentId":"%s","scopes":["chat","agent:manage"]}"""
                .formatted(agentId));
    sessionId = JsonBodies.text(ok(call("POST", "/sessions", "{}")), "/sessionId");
  }

  @Test
  void startRun_nothingSaid_runsUnderAnIdOfItsOwn() {
    JsonNode run = JsonBodies.tree(ok(start("{}")));

    assertThat(run.at("/runId").asText()).matches("run_[0-9a-f]{12}");
    assertThat(run.at("/state").asText()).isEqualTo("RUNNING");
    assertThat(run.at("/number").asText()).isEqualTo("1");
    assertThat(run.at("/agentId").asText()).isEqualTo(agentId.toString());
    assertThat(run.at("/sessionId").asText()).isEqualTo(sessionId);
    assertThat(run.at("/startTime").asText()).isEqualTo(run.at("/createTime").asText());
    assertThat(run.has("endTime")).isFalse();
    assertThat(run.get("details")).isEmpty();
  }

  @Test
  void run_whatItHolds_comesBackVerbatim() {
    String report =
        """
        "model":"gpt-4o","reasoning":{"provider": "openai", "b":1.0, "a":[]},\
        "usage":{"total_tokens":1294, "cost":1E-3},"error":"timed out","details":{"steps": 2}""";

    String made = ok(start("{\"runId\":\"run 1/é\",\"state\":\"PENDING\"," + report + "}"));

    assertThat(made).contains(report.substring(0, report.indexOf("\"error\"")));
    assertThat(made).contains("\"details\":{\"steps\": 2}").doesNotContain("startTime");
    assertThat(ok(call("GET", runs() + "/run%201%2F%C3%A9", null))).isEqualTo(made);
    assertThat(runIds("?order=OLDEST_FIRST")).containsExactly("run 1/é");
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING,RUNNING,200",
    "PENDING,COMPLETED,200",
    "RUNNING,RUNNING,200",
    "RUNNING,FAILED,200",
    "RUNNING,CANCELLED,200",
    "COMPLETED,COMPLETED,200",
    "RUNNING,PENDING,400",
    "COMPLETED,RUNNING,400",
    "COMPLETED,FAILED,400",
    "CANCELLED,PENDING,400",
    "FAILED,COMPLETED,400"
  })
  void updateRun_state_onlyMovesOn(String from, String to, int status) {
    ok(start("{\"runId\":\"r\",\"state\":\"" + from + "\"}"));

    HttpResponse<String> answer = call("PATCH", runs() + "/r", "{\"state\":\"" + to + "\"}");

    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    if (status == 400) {
      assertThat(JsonBodies.text(answer.body(), "/error/details/0/reason"))
          .isEqualTo("RUN_STATE_CONFLICT");
      assertThat(JsonBodies.text(answer.body(), "/error/details/0/metadata/state")).isEqualTo(from);
    }
    String expected = status == 200 ? to : from;
    assertThat(JsonBodies.text(ok(call("GET", runs() + "/r", null)), "/state")).isEqualTo(expected);
  }

  @Test
  void updateRun_mask_changesWhatItNames() {
    ok(start("{\"runId\":\"r\",\"model\":\"m\",\"error\":\"e\",\"usage\":{\"a\":1}}"));

    ok(call("PATCH", runs() + "/r?updateMask=model,usage", "{\"model\":\"n\",\"error\":\"no\"}"));
    String run = ok(call("PATCH", runs() + "/r", "{\"details\":{\"steps\":1}}"));

    assertThat(JsonBodies.text(run, "/model")).isEqualTo("n");
    assertThat(JsonBodies.text(run, "/error")).isEqualTo("e");
    assertThat(JsonBodies.tree(run).has("usage")).isFalse();
    assertThat(JsonBodies.text(run, "/details/steps")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"runId", "createTime", "nothing", "state"})
  void updateRun_maskOfWhatCannotChange_refused(String field) {
    ok(start("{\"runId\":\"r\"}"));

    HttpResponse<String> answer = call("PATCH", runs() + "/r?updateMask=" + field, "{}");

    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(400);
  }

  @Test
  void startRun_idTaken_conflict() {
    ok(start("{\"runId\":\"r\"}"));

    assertReason(start("{\"runId\":\"r\"}"), 409, "RUN_EXISTS");
  }

  @Test
  void unknownRun_notFound() {
    assertReason(call("GET", runs() + "/r", null), 404, "RUN_NOT_FOUND");
    assertReason(call("PATCH", runs() + "/r", "{\"model\":\"m\"}"), 404, "RUN_NOT_FOUND");
    assertReason(call("GET", runs() + "/r/retrievedContext", null), 404, "RUN_NOT_FOUND");
    assertReason(putContext("r", "{}"), 404, "RUN_NOT_FOUND");
  }

  @Test
  void archivedSession_isReadOnly() {
    ok(start("{\"runId\":\"r\"}"));
    ok(call("POST", "/sessions/" + sessionId + ":archive", "{}"));

    assertReason(start("{}"), 400, "SESSION_ARCHIVED");
    assertReason(call("PATCH", runs() + "/r", "{\"model\":\"m\"}"), 400, "SESSION_ARCHIVED");
    assertReason(putContext("r", "{}"), 400, "SESSION_ARCHIVED");
    ok(call("GET", runs() + "/r", null));
  }

  @Test
  void listRuns_byPages() {
    for (int i = 1; i <= 5; i++) {
      ok(start("{\"runId\":\"r" + i + "\"}"));
    }
    List<String> seen = new ArrayList<>();
    String token = "";
    while (token != null) {
      String page = ok(call("GET", runs() + "?pageSize=2&pageToken=" + token, null));
      JsonBodies.tree(page).get("runs").forEach(run -> seen.add(run.get("runId").asText()));
      JsonNode next = JsonBodies.tree(page).get("nextPageToken");
      token = next == null ? null : next.asText();
    }

    assertThat(seen).containsExactly("r5", "r4", "r3", "r2", "r1");
    assertThat(runIds("?order=OLDEST_FIRST&pageSize=2")).containsExactly("r1", "r2");
  }

  @Test
  void listRuns_inStates() {
    for (String state : List.of("PENDING", "RUNNING", "COMPLETED", "FAILED")) {
      ok(start("{\"runId\":\"%s\",\"state\":\"%s\"}".formatted(state, state)));
    }

    assertThat(runIds("?states=RUNNING")).containsExactly("RUNNING");
    assertThat(runIds("?states=RUNNING&states=PENDING&order=OLDEST_FIRST"))
        .containsExactly("PENDING", "RUNNING");
    assertThat(runIds("?states=CANCELLED")).isEmpty();
    assertReason(call("GET", runs() + "?states=LOST", null), 400, "INVALID_FIELD");
    assertReason(call("GET", runs() + "?states=STATE_UNSPECIFIED", null), 400, "INVALID_FIELD");
    String five = "?states=RUNNING".concat("&states=RUNNING".repeat(4));
    assertThat(runIds(five)).containsExactly("RUNNING");
    assertReason(call("GET", runs() + five + "&states=RUNNING", null), 400, "INVALID_FIELD");
  }

  @Test
  void listRuns_ofAllSessions_newestFirstInPages() {
    String other = JsonBodies.text(ok(call("POST", "/sessions", "{}")), "/sessionId");
    List<String> started = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String state = i == 2 ? "FAILED" : "RUNNING";
      String path = i % 2 == 0 ? runs() : "/sessions/" + other + "/runs";
      ok(call("POST", path, "{\"runId\":\"r%d\",\"state\":\"%s\"}".formatted(i, state)));
      started.add(0, "r" + i);
    }
    ok(call("POST", "/sessions/" + other + ":archive", "{}"));

    for (String of : List.of(agentId.toString(), "-")) {
      String path = "/v1/agents/" + of + "/sessions/-/runs?pageSize=2";
      assertThat(inPages(path)).isEqualTo(started);
      assertThat(inPages(path + "&states=FAILED")).containsExactly("r2");
      assertThat(inPages(path + "&states=FAILED&states=RUNNING")).isEqualTo(started);
      assertThat(inPages(path + "&states=CANCELLED")).isEmpty();
    }
    assertThat(
            stub()
                .listRuns(ListRunsRequest.newBuilder().setAgentId("-").setSessionId("-").build())
                .getRunsList()
                .stream()
                .map(Run::getRunId))
        .isEqualTo(started);
  }

  private List<String> inPages(String path) {
    List<String> seen = new ArrayList<>();
    String token = "";
    while (token != null) {
      JsonNode page =
          JsonBodies.tree(ok(server.send("GET", path + "&pageToken=" + token, key, null)));
      page.get("runs").forEach(run -> seen.add(run.get("runId").asText()));
      JsonNode next = page.get("nextPageToken");
      token = next == null ? null : next.asText();
    }
    return seen;
  }

  @Test
  void listRuns_ofAllSessions_whatNoIndexServes_refusedNamingTheField() {
    assertInvalid(call("GET", "/sessions/-/runs?order=OLDEST_FIRST", null), "order");
    assertInvalid(
        server.send("GET", "/v1/agents/-/sessions/" + sessionId + "/runs", key, null), "agentId");
    assertInvalid(call("GET", "/sessions/x/runs", null), "sessionId");
    assertInvalid(call("POST", "/sessions/-/runs", "{}"), "sessionId");
    UUID foreign = server.agent("owner-" + UUID.randomUUID());
    assertReason(
        server.send("GET", "/v1/agents/" + foreign + "/sessions/-/runs", key, null),
        403,
        "AGENT_FORBIDDEN");
  }

  private static void assertInvalid(HttpResponse<String> answer, String field) {
    assertReason(answer, 400, "INVALID_FIELD");
    assertThat(JsonBodies.tree(answer.body()).findValuesAsText("field")).containsExactly(field);
  }

  @Test
  void retrievedContext_verbatimOverRestAndGrpc() {
    ok(start("{\"runId\":\"r\"}"));
    assertThat(ok(call("GET", runs() + "/r/retrievedContext", null)))
        .isEqualTo("{\"runId\":\"r\",\"items\":[]}");
    String items = "{\"_type\":\"x\", \"score\":0.840, \"b\":1,\"a\":1e400},{}";

    String put = ok(putContext("r", items));

    assertThat(put).isEqualTo("{\"runId\":\"r\",\"items\":[" + items + "]}");
    assertThat(ok(call("GET", runs() + "/r/retrievedContext", null))).isEqualTo(put);
    assertThat(
            stub()
                .getRetrievedContext(
                    GetRetrievedContextRequest.newBuilder()
                        .setAgentId(agentId.toString())
                        .setSessionId(sessionId)
                        .setRunId("r")
                        .build())
                .getItemsList()
                .stream()
                .map(Json::getValue))
        .containsExactly(items.substring(0, items.length() - 3), "{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "[]", "null", "{},\"x\""})
  void retrievedContext_itemThatIsNoObject_refused(String items) {
    ok(start("{\"runId\":\"r\"}"));

    assertReason(putContext("r", items), 400, "INVALID_FIELD");
  }

  @Test
  void retrievedContext_itemsAtTheBound_takenAndOneMoreRefused() {
    ok(start("{\"runId\":\"r\"}"));

    ok(putContext("r", "{},".repeat(999) + "{}"));
    assertReason(putContext("r", "{},".repeat(1_000) + "{}"), 400, "INVALID_FIELD");
  }

  @Test
  void retrievedContext_bytesAtTheBound_takenAndOneMoreRefused() {
    ok(start("{\"runId\":\"r\"}"));
    String item = "{\"t\":\"" + "x".repeat(ITEM_BYTES - 8) + "\"}";

    ok(putContext("r", item + "," + item + "," + item));
    String more = item.replaceFirst("x", "xx");
    assertReason(putContext("r", item + "," + item + "," + more), 400, "INVALID_FIELD");
  }

  @Test
  void startRun_fieldsThatBreakARule_namedTogether() {
    HttpResponse<String> answer =
        start(
            "{\"runId\":\"%s\",\"usage\":[],\"error\":\"%s\",\"state\":\"DONE\"}"
                .formatted("r".repeat(256), "e".repeat(4_097)));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JsonBodies.tree(answer.body()).findValuesAsText("field"))
        .containsExactlyInAnyOrder("runId", "usage", "error", "state");
  }

  @Test
  void grpc_sameRuns() {
    Run run =
        stub()
            .startRun(
                StartRunRequest.newBuilder()
                    .setAgentId(agentId.toString())
                    .setSessionId(sessionId)
                    .setRun(Run.newBuilder().setState(Run.State.COMPLETED))
                    .build());

    assertThat(run.hasEndTime()).isTrue();
    assertThat(
            stub()
                .listRuns(
                    ListRunsRequest.newBuilder()
                        .setAgentId(agentId.toString())
                        .setSessionId(sessionId)
                        .build())
                .getRunsList())
        .containsExactly(run);
  }

  private RunServiceGrpc.RunServiceBlockingStub stub() {
    return RunServiceGrpc.newBlockingStub(server.channel(key));
  }

  private String runs() {
    return "/sessions/" + sessionId + "/runs";
  }

  private HttpResponse<String> start(String run) {
    return call("POST", runs(), run);
  }

  private HttpResponse<String> putContext(String runId, String items) {
    return call("PUT", runs() + "/" + runId + "/retrievedContext", "{\"items\":[" + items + "]}");
  }

  private List<String> runIds(String query) {
    List<String> ids = new ArrayList<>();
    JsonBodies.tree(ok(call("GET", runs() + query, null)))
        .get("runs")
        .forEach(run -> ids.add(run.get("runId").asText()));
    return ids;
  }

  private HttpResponse<String> call(String method, String path, String body) {
    return server.send(method, "/v1/agents/" + agentId + path, key, body);
  }

  private static String ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static void assertReason(HttpResponse<String> answer, int status, String reason) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/reason")).isEqualTo(reason);
  }
}
