package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.Setting;
import dev.parley.proto.grip.v1.DeleteSessionRequest;
import dev.parley.proto.grip.v1.GetSessionRequest;
import dev.parley.proto.grip.v1.ListSessionsRequest;
import dev.parley.proto.grip.v1.SessionServiceGrpc;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.RawHttp;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three routes return the bodies of the published contract, byte for byte. */
class GripWireTest {
  private static final String KEY = "user:alice:project-planning";
  private final SetClock clock = new SetClock("2024-02-28T13:00:00.5Z");
  private final FaultyStore faults = new FaultyStore();
  private ServerFixture server;
  private UUID agentId;
  private ContractClient client;

  @BeforeEach
  void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .clock(clock)
            .wrap(faults::around)
            .flag(Setting.REQUEST_BYTES_MAX, "1048576")
            .start();
    agentId = server.agent("acme");
    client =
        ContractClient.of(server, "grip", "/api/v1/sessions")
            .with(server.agentKey(agentId, "agent:manage"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void append(UUID agent, String key, int count) {
    for (int i = 0; i < count; i++) {
      String role = new String[] {"USER", "ASSISTANT", "TOOL", "SYSTEM"}[i % 4];
      HttpResponse<String> made =
          server.send(
              "POST",
              "/v1/agents/" + agent + "/messages:append",
              server.rootKey(),
              """
              {"key":"%s","createIfMissing":true,"messages":[{"role":"%s","content":"x"}]}"""
                  .formatted(key, role));
      assertThat(made.statusCode()).describedAs(made.body()).isEqualTo(200);
    }
  }

  private static void answers(HttpResponse<String> answer, int status, String example) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(answer.body())
        .isEqualTo(JsonBodies.tree(JsonBodies.wire("grip/" + example + ".json")).toString());
    assertThat(answer.headers().map())
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("x-frame-options", List.of("DENY"))
        .containsEntry("content-security-policy", List.of("default-src 'none'"))
        .containsEntry("cache-control", List.of("no-store"));
    assertThat(answer.headers().firstValue("x-request-id").orElseThrow()).matches("[0-9a-f]{12}");
  }

  @Test
  void list_sortedByCodePoint_ofTheCallersAgents() {
    answers(client.get(""), 200, "sessions-list-empty.200");
    for (String key : new String[] {"telegram:123456789", KEY, "cli:default", "api:a3f9c2e8b1d4"}) {
      append(agentId, key, 1);
    }
    append(server.agent("other"), "zzz", 1);
    answers(client.get(""), 200, "sessions-list-sorted.200");
    assertThat(
            SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
                .listSessions(ListSessionsRequest.getDefaultInstance())
                .getSessionsList())
        .containsExactly("api:a3f9c2e8b1d4", "cli:default", "telegram:123456789", KEY, "zzz");
  }

  @Test
  void get_countsEveryRoleAndTellsItsAge() {
    clock.set("2024-02-28T13:00:00.500Z");
    append(agentId, KEY, 17);
    clock.set("2024-02-28T14:00:00.300Z");
    append(agentId, KEY, 1);
    clock.set("2024-02-28T14:00:05.700Z");
    HttpResponse<String> answer = client.get("/" + KEY);
    assertThat(answer.body())
        .isEqualTo(
            "{\"key\":\"%s\",\"message_count\":18,\"created_at\":1709125200.5,".formatted(KEY)
                + "\"updated_at\":1709128800.3,\"age_seconds\":3605.2}");
    clock.set("2024-02-28T12:00:00Z");
    assertThat(client.get("/" + KEY).body()).endsWith("\"age_seconds\":0.0}");
    assertThat(
            SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
                .getSession(GetSessionRequest.newBuilder().setKey(KEY).build())
                .getCreatedAt())
        .isEqualTo(1709125200.5);
  }

  @Test
  void delete_onceAndForGood() {
    append(agentId, KEY, 1);
    answers(client.delete("/" + KEY), 200, "sessions-delete.200");
    answers(client.delete("/" + KEY), 404, "error-404-session-not-found");
    answers(client.get("/" + KEY), 404, "error-404-session-not-found");
  }

  @Test
  void key_ofTwoAgents_readTheNewestAndDeletedByNone() {
    UUID second = server.agent("acme");
    append(agentId, KEY, 1);
    clock.set("2024-02-28T13:00:01Z");
    append(second, KEY, 2);
    String master = server.masterKey("acme");
    ContractClient owner = ContractClient.of(server, "grip", "/api/v1/sessions").with(master);
    assertThat(JsonBodies.text(owner.get("/" + KEY).body(), "/message_count")).isEqualTo("2");
    assertThat(owner.delete("/" + KEY).statusCode()).isEqualTo(409);
    assertThat(JsonBodies.text(owner.get("").body(), "/count")).isEqualTo("1");
    assertThatThrownBy(
            () ->
                SessionServiceGrpc.newBlockingStub(server.channel(master))
                    .deleteSession(DeleteSessionRequest.newBuilder().setKey(KEY).build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION));
  }

  @Test
  void credential_missingWrongOrInLowerCase_401() {
    ContractClient none = ContractClient.of(server, "grip", "/api/v1/sessions");
    String good = server.agentKey(agentId, "chat");
    for (ContractClient each :
        new ContractClient[] {
          none, none.with("x"), none.with("Authorization", "bearer " + good),
        }) {
      answers(each.get(""), 401, "error-401-authentication-required");
    }
    assertThat(none.get("").headers().firstValue("www-authenticate")).hasValue("Bearer");
    assertThat(none.with(good).get("").statusCode()).isEqualTo(200);
    assertThat(none.with(good).delete("/k").statusCode()).isEqualTo(403);
  }

  @Test
  void routeAndMethod_unknown_404And405() {
    HttpResponse<String> put = server.send("PUT", "/api/v1/sessions/k", null, "{}");
    answers(put, 405, "error-405-method-not-allowed");
    assertThat(put.headers().firstValue("allow")).hasValue("DELETE, GET");
    answers(
        server.send("POST", "/api/v1/sessions", null, "{}"), 405, "error-405-method-not-allowed");
  }

  @Test
  void body_tooLarge_413() {
    RawHttp answer =
        RawHttp.send(
            server.port(),
            "DELETE",
            "/api/v1/sessions/k",
            "Authorization: Bearer " + server.rootKey(),
            "Content-Length: 1048577");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body())
        .isEqualTo(
            JsonBodies.tree(JsonBodies.wire("grip/error-413-body-too-large.json")).toString());
    assertThat(answer.head()).contains("x-frame-options: deny", "x-request-id: ");
  }

  @Test
  void fault_500WithoutItsCause() {
    faults.fail("listKeys", new IllegalStateException("secret"));
    answers(client.get(""), 500, "error-500-internal");
  }

  @Test
  void requestId_visible_comesBack() {
    assertThat(id("abc-1.~")).isEqualTo("abc-1.~");
    assertThat(id("x".repeat(128))).hasSize(128);
    for (String other : new String[] {"x".repeat(129), "a b", ""}) {
      assertThat(id(other)).matches("[0-9a-f]{12}");
    }
  }

  private String id(String sent) {
    return client
        .with("X-Request-ID", sent)
        .get("")
        .headers()
        .firstValue("x-request-id")
        .orElseThrow();
  }

  /**
   * By default, 60 calls per minute and address are allowed over this API. Other APIs have no
   * limit.
   */
  @Test
  void limit_60AMinute_thenRefused() {
    for (int i = 0; i < 60; i++) {
      assertThat(client.get("").statusCode()).isEqualTo(200);
    }
    HttpResponse<String> refused = client.get("");
    answers(refused, 429, "error-429-rate-limited");
    assertThat(refused.headers().firstValue("x-ratelimit-remaining")).hasValue("0");
    assertThat(refused.headers().firstValueAsLong("retry-after").orElseThrow()).isBetween(1L, 60L);
    assertThat(server.send("GET", "/api/v1/sessions", server.rootKey(), null).statusCode())
        .isEqualTo(200);
    assertThat(
            server.send("GET", "/v1/agents", server.agentKey(agentId, "chat"), null).statusCode())
        .isEqualTo(200);
  }
}
