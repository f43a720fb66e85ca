package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Duration;
import dev.parley.model.SessionRef;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.RenewLeaseRequest;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.StartRunRequest;
import dev.parley.storage.Cancellation;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import dev.parley.testing.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Leases of runs over REST and gRPC. */
class LeaseWireTest {
  private static final SetClock clock = new SetClock("2026-03-01T00:00:00Z");
  private static ServerFixture server;

  private UUID agentId;
  private String key;
  private String sessionId;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).clock(clock).start();
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
            {"type":"AGENT","agentId":"%s","scopes":["chat"]}"""
                .formatted(agentId));
    sessionId = ok(call("POST", "/sessions", "{}")).at("/sessionId").asText();
  }

  @Test
  void startRun_withLease_showsFenceAndExpireTime() {
    JsonNode run = ok(start("a", "concurrency=REJECT&leaseTtl=30s"));

    assertThat(run.at("/lease/fence").asText()).isEqualTo("1");
    assertThat(run.at("/lease/expireTime").asText())
        .isEqualTo(clock.instant().plusSeconds(30).toString());
    assertThat(ok(call("GET", runs() + "/a", null))).isEqualTo(run);
    assertThat(ok(call("GET", runs(), null)).at("/runs/0")).isEqualTo(run);
  }

  @Test
  void startRun_withoutLease_showsNone() {
    assertThat(ok(start("a", "")).has("lease")).isFalse();
  }

  @Test
  void startRun_reject_conflictNamesTheRun() {
    ok(start("a", "leaseTtl=30s"));

    HttpResponse<String> answer = start("b", "concurrency=REJECT&leaseTtl=30s");

    assertReason(answer, 409, "SESSION_LEASED");
    assertThat(JsonBodies.text(answer.body(), "/error/status")).isEqualTo("ABORTED");
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/metadata/run_id")).isEqualTo("a");
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/metadata/expire_time"))
        .isEqualTo(clock.instant().plusSeconds(30).toString());
  }

  @Test
  void startRun_interrupt_takesTheLease() {
    ok(start("a", "leaseTtl=30s"));

    JsonNode run = ok(start("b", "concurrency=INTERRUPT&leaseTtl=30s"));

    assertThat(run.at("/lease/fence").asText()).isEqualTo("2");
    JsonNode interrupted = ok(call("GET", runs() + "/a", null));
    assertThat(interrupted.at("/state").asText()).isEqualTo("CANCELLED");
    assertThat(interrupted.has("lease")).isFalse();
    assertReason(append("1", "m1"), 409, "LEASE_LOST");
    ok(append("2", "m2"));
    assertThat(head()).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({
    "leaseTtl=0.099999s, leaseTtl",
    "leaseTtl=3600.000001s, leaseTtl",
    "leaseTtl=-1s, leaseTtl",
    "leaseTtl=soon, leaseTtl",
    "concurrency=REJECT, leaseTtl",
    "concurrency=INTERRUPT, leaseTtl",
    "concurrency=MAYBE, concurrency"
  })
  void startRun_invalidLease_refusedNamingTheField(String query, String field) {
    HttpResponse<String> answer = start("a", query);

    assertReason(answer, 400, "INVALID_FIELD");
    assertThat(JsonBodies.tree(answer.body()).findValuesAsText("field")).containsExactly(field);
  }

  @ParameterizedTest
  @CsvSource({"0.1s", "3600s"})
  void startRun_ttlAtTheBounds_accepted(String ttl) {
    ok(start("a", "leaseTtl=" + ttl));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{\"ttl\":\"30s\"}`, fence",
        "`{\"fence\":\"0\",\"ttl\":\"30s\"}`, fence",
        "`{\"fence\":\"-1\",\"ttl\":\"30s\"}`, fence",
        "`{\"fence\":\"1\"}`, ttl",
        "`{\"fence\":\"1\",\"ttl\":\"0.099s\"}`, ttl",
        "`{\"fence\":\"1\",\"ttl\":\"3600.1s\"}`, ttl"
      })
  void renewLease_invalid_refusedNamingTheField(String body, String field) {
    ok(start("a", "leaseTtl=30s"));

    HttpResponse<String> answer = call("POST", runs() + "/a:renewLease", body);

    assertReason(answer, 400, "INVALID_FIELD");
    assertThat(JsonBodies.tree(answer.body()).findValuesAsText("field")).containsExactly(field);
  }

  @Test
  void renewLease_movesTheExpireTime() {
    ok(start("a", "leaseTtl=30s"));

    JsonNode run = ok(call("POST", runs() + "/a:renewLease", "{\"fence\":\"1\",\"ttl\":\"60s\"}"));

    assertThat(run.at("/lease/expireTime").asText())
        .isEqualTo(clock.instant().plusSeconds(60).toString());
    assertReason(
        call("POST", runs() + "/a:renewLease", "{\"fence\":\"2\",\"ttl\":\"60s\"}"),
        409,
        "LEASE_LOST");
    assertReason(
        call("POST", runs() + "/b:renewLease", "{\"fence\":\"1\",\"ttl\":\"60s\"}"),
        404,
        "RUN_NOT_FOUND");
  }

  @Test
  void append_afterTheLeaseExpired_refusedAndARetryAnswered() {
    ok(start("a", "leaseTtl=30s"));
    JsonNode first = ok(append("1", "m1"));
    clock.advance(java.time.Duration.ofSeconds(30));

    HttpResponse<String> late = append("1", "m2");
    JsonNode retry = ok(append("1", "m1"));

    assertReason(late, 409, "LEASE_LOST");
    assertThat(JsonBodies.text(late.body(), "/error/details/0/metadata/lease_fence"))
        .isEqualTo("1");
    assertThat(retry.get("messages")).isEqualTo(first.get("messages"));
    assertThat(head()).isEqualTo("1");
  }

  @Test
  void batchAppend_lostLease_failsTheEntryOnly() {
    ok(start("a", "leaseTtl=30s"));
    String entry =
        """
        {"agentId":"%s","sessionId":"%s","leaseFence":"%s",
         "messages":[{"messageId":"%s","role":"ASSISTANT","content":"text"}]}""";
    String body =
        "{\"requests\":[%s,%s]}"
            .formatted(
                entry.formatted(agentId, sessionId, 7, "m1"),
                entry.formatted(agentId, sessionId, 1, "m2"));

    JsonNode answer = ok(server.send("POST", "/v1/messages:batchAppend", key, body));

    assertThat(answer.at("/responses/0/error/details/0/reason").asText()).isEqualTo("LEASE_LOST");
    assertThat(answer.at("/responses/1/appended/messages/0/messageId").asText()).isEqualTo("m2");
  }

  @Test
  void updateRun_underTheFence() {
    ok(start("a", "leaseTtl=30s"));

    assertReason(
        call("PATCH", runs() + "/a?leaseFence=2", "{\"state\":\"COMPLETED\"}"), 409, "LEASE_LOST");
    assertReason(
        call("PATCH", runs() + "/a?leaseFence=0", "{\"state\":\"COMPLETED\"}"),
        400,
        "INVALID_FIELD");
    JsonNode done = ok(call("PATCH", runs() + "/a?leaseFence=1", "{\"state\":\"COMPLETED\"}"));

    assertThat(done.has("lease")).isFalse();
    assertThat(ok(call("PATCH", runs() + "/a?leaseFence=1", "{\"state\":\"COMPLETED\"}")))
        .isEqualTo(done);
  }

  @Test
  void expiredLease_theRunFailsAndTheServerStoresIt() {
    ok(start("a", "leaseTtl=30s"));
    clock.advance(java.time.Duration.ofSeconds(30));

    JsonNode expired = ok(call("GET", runs() + "/a", null));

    assertThat(expired.at("/state").asText()).isEqualTo("FAILED");
    assertThat(expired.at("/error").asText()).isEqualTo("LEASE_EXPIRED");
    Waiting.until(
        () -> stored("a").state() == dev.parley.model.Run.State.FAILED,
        () -> "the sweep has not ended the run");
    assertThat(ok(call("GET", runs() + "/a", null))).isEqualTo(expired);
  }

  @Test
  void powabase_runWhoseLeaseExpired_showsTheQuestionAndTheError() {
    ok(start("a", "leaseTtl=30s"));
    ok(
        call(
            "POST",
            "/messages:append",
            """
            {"sessionId":"%s","leaseFence":"1",
             "messages":[{"role":"USER","content":"the question","runId":"a"}]}"""
                .formatted(sessionId)));
    clock.advance(java.time.Duration.ofSeconds(30));

    JsonNode run =
        ok(server.send("GET", "/api/sessions/" + sessionId + "/runs", server.rootKey(), null))
            .at("/runs/0");

    assertThat(run.at("/status").asText()).isEqualTo("failed");
    assertThat(run.at("/error").asText()).isEqualTo("LEASE_EXPIRED");
    assertThat(run.at("/completed_at").isNull()).isFalse();
    assertThat(run.at("/input_messages/0/content").asText()).isEqualTo("the question");
  }

  private dev.parley.model.Run stored(String runId) {
    SessionRef.ById ref = new SessionRef.ById(agentId, UUID.fromString(sessionId), null);
    return server
        .store()
        .findRuns(ref, Set.of(runId), Cancellation.NONE)
        .join()
        .orElseThrow()
        .runs()
        .get(0);
  }

  @Test
  void grpc_sameLeases() {
    RunServiceGrpc.RunServiceBlockingStub stub = RunServiceGrpc.newBlockingStub(channel());
    Run run =
        stub.startRun(
            StartRunRequest.newBuilder()
                .setAgentId(agentId.toString())
                .setSessionId(sessionId)
                .setRun(Run.newBuilder().setRunId("a"))
                .setConcurrency(StartRunRequest.Concurrency.REJECT)
                .setLeaseTtl(seconds(30))
                .build());
    Run renewed =
        stub.renewLease(
            RenewLeaseRequest.newBuilder()
                .setAgentId(agentId.toString())
                .setSessionId(sessionId)
                .setRunId("a")
                .setFence(run.getLease().getFence())
                .setTtl(seconds(60))
                .build());

    StatusRuntimeException lost =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                SessionServiceGrpc.newBlockingStub(channel())
                    .appendMessages(
                        AppendMessagesRequest.newBuilder()
                            .setAgentId(agentId.toString())
                            .setSessionId(sessionId)
                            .setLeaseFence(2)
                            .addMessages(
                                ChatMessage.newBuilder()
                                    .setRole(ChatMessage.Role.ASSISTANT)
                                    .setContent(Content.newBuilder().setText("text")))
                            .build()));

    assertThat(run.getLease().getFence()).isEqualTo(1);
    assertThat(renewed.getLease().getExpireTime().getSeconds())
        .isEqualTo(clock.instant().getEpochSecond() + 60);
    assertThat(lost.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(head()).isEqualTo("0");
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  private io.grpc.Channel channel() {
    return server.channel(key);
  }

  private String runs() {
    return "/sessions/" + sessionId + "/runs";
  }

  private HttpResponse<String> start(String runId, String query) {
    return call("POST", runs() + "?" + query, "{\"runId\":\"" + runId + "\"}");
  }

  private HttpResponse<String> append(String fence, String messageId) {
    return call(
        "POST",
        "/messages:append",
        """
        {"sessionId":"%s","leaseFence":"%s",
         "messages":[{"messageId":"%s","role":"ASSISTANT","content":"text"}]}"""
            .formatted(sessionId, fence, messageId));
  }

  private String head() {
    return ok(call("GET", "/sessions/" + sessionId, null)).at("/headSequence").asText();
  }

  private HttpResponse<String> call(String method, String path, String body) {
    return server.send(method, "/v1/agents/" + agentId + path, key, body);
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private static void assertReason(HttpResponse<String> answer, int status, String reason) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/reason")).isEqualTo(reason);
  }
}
