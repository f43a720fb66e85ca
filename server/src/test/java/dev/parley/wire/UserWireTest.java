package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.Setting;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.RawHttp;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Tokens;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user with a token sees only the user's own sessions, and no answer reveals those of others. */
class UserWireTest {
  private static final String ADA = token("ada", "");
  private static final String BOB = token("bob", "");
  private static ServerFixture server;
  private static UUID agentId;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .flag(Setting.JWT_HS256_SECRET, Tokens.SECRET)
            .flag(Setting.JWT_OWNER, "acme")
            .start();
    agentId = server.agent("acme");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String token(String user, String more) {
    return Tokens.hs256(
        "{\"sub\":\"%s\",\"aud\":\"authenticated\",\"exp\":1893456000%s}".formatted(user, more));
  }

  private static HttpResponse<String> send(String method, String path, String token, String body) {
    return server.send(method, "/v1/agents/" + agentId + path, token, body);
  }

  private static String make(String token, String key) {
    HttpResponse<String> made = send("POST", "/sessions", token, "{\"key\":\"" + key + "\"}");
    assertThat(made.statusCode()).describedAs(made.body()).isEqualTo(200);
    return JsonBodies.text(made.body(), "/sessionId");
  }

  private static void isRefused(HttpResponse<String> answer, int status, String reason) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(JsonBodies.text(answer.body(), "/error/details/0/reason")).isEqualTo(reason);
  }

  @Test
  void session_made_isTheUsers() {
    String made = send("POST", "/sessions", token("ada", ",\"azp\":\"app\""), "{}").body();
    assertThat(JsonBodies.text(made, "/user")).isEqualTo("ada");
    assertThat(JsonBodies.text(made, "/client")).isEqualTo("app");
    isRefused(send("POST", "/sessions", ADA, "{\"user\":\"bob\"}"), 400, "INVALID_FIELD");
  }

  @Test
  void sessions_ofAnother_areNotThere() {
    String id = make(ADA, "mine");
    String message = "{\"sessionId\":\"%s\",\"messages\":[{\"role\":\"USER\",\"content\":\"x\"}]}";
    assertThat(send("POST", "/messages:append", ADA, message.formatted(id)).statusCode())
        .isEqualTo(200);
    assertThat(send("GET", "/sessions", ADA, null).body()).contains(id);
    assertThat(send("GET", "/sessions/" + id + "/messages", ADA, null).statusCode()).isEqualTo(200);

    assertThat(send("GET", "/sessions", BOB, null).body()).doesNotContain(id);
    for (String path :
        new String[] {"/sessions/" + id, "/keys/mine", "/sessions/" + id + "/messages"}) {
      isRefused(send("GET", path, BOB, null), 404, "SESSION_NOT_FOUND");
    }
    isRefused(
        send("POST", "/messages:append", BOB, message.formatted(id)), 404, "SESSION_NOT_FOUND");
    isRefused(
        send("PATCH", "/sessions/" + id + "?updateMask=label", BOB, "{\"label\":\"x\"}"),
        404,
        "SESSION_NOT_FOUND");
    isRefused(send("DELETE", "/sessions/" + id, BOB, null), 404, "SESSION_NOT_FOUND");
    isRefused(send("POST", "/sessions/" + id + ":archive", BOB, "{}"), 404, "SESSION_NOT_FOUND");
    assertThat(send("DELETE", "/sessions/" + id, ADA, null).statusCode()).isEqualTo(200);
  }

  @Test
  void session_overGrpc_isTheUsersAlone() {
    String id = make(ADA, "grpc");
    GetSessionRequest get =
        GetSessionRequest.newBuilder().setAgentId(agentId.toString()).setSessionId(id).build();
    assertThat(SessionServiceGrpc.newBlockingStub(server.channel(ADA)).getSession(get).getUser())
        .isEqualTo("ada");
    SessionServiceGrpc.SessionServiceBlockingStub bob =
        SessionServiceGrpc.newBlockingStub(server.channel(BOB));
    assertThat(
            bob.listSessions(
                    ListSessionsRequest.newBuilder().setAgentId(agentId.toString()).build())
                .getSessionsList())
        .noneMatch(session -> session.getSessionId().equals(id));
    assertThatThrownBy(() -> bob.getSession(get))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
  }

  @Test
  void session_cannotBeGivenAway() {
    String id = make(ADA, "kept");
    isRefused(
        send("PATCH", "/sessions/" + id + "?updateMask=user", ADA, "{\"user\":\"bob\"}"),
        400,
        "INVALID_FIELD");
    assertThat(send("GET", "/sessions/" + id, ADA, null).statusCode()).isEqualTo(200);
  }

  @Test
  void key_heldByAnother_isInUseWithoutItsHolder() {
    String id = make(ADA, "held");
    HttpResponse<String> answer = send("POST", "/sessions", BOB, "{\"key\":\"held\"}");
    isRefused(answer, 409, "KEY_IN_USE");
    assertThat(answer.body()).doesNotContain(id);
  }

  @Test
  void grip_showsTheUsersKeys() {
    make(ADA, "grip-ada");
    make(BOB, "grip-bob");
    String keys = server.send("GET", "/api/v1/sessions", ADA, null).body();
    assertThat(keys).contains("grip-ada").doesNotContain("grip-bob");
    assertThat(server.send("GET", "/api/v1/sessions/grip-bob", ADA, null).statusCode())
        .isEqualTo(404);
    assertThat(server.send("DELETE", "/api/v1/sessions/grip-bob", ADA, null).statusCode())
        .isEqualTo(404);
  }

  @Test
  void token_refused_saysItsProblemAndNothingOfIt() {
    HttpResponse<String> late =
        send("GET", "/sessions", Tokens.hs256("{\"sub\":\"eve\",\"exp\":1}"), null);
    isRefused(late, 401, "CREDENTIAL_INVALID");
    assertThat(JsonBodies.text(late.body(), "/error/details/0/metadata/problem"))
        .isEqualTo("EXPIRED");
    assertThat(late.body()).doesNotContain("eve");
    isRefused(send("GET", "/sessions", "g_agent_x", null), 401, "CREDENTIAL_INVALID");
  }

  /** HTTP refuses headers above its own limit. */
  @Test
  void token_tooLong_isToldSo() {
    for (int length : new int[] {8193, 30_000}) {
      HttpResponse<String> answer = send("GET", "/sessions", "e".repeat(length), null);
      assertThat(JsonBodies.text(answer.body(), "/error/details/0/metadata/problem"))
          .isEqualTo("TOO_LARGE");
      RawHttp raw =
          RawHttp.send(
              server.port(), "GET", "/v1/agents", "Authorization: Bearer " + "e".repeat(length));
      assertThat(raw.status()).isEqualTo(401);
    }
    assertThat(
            RawHttp.send(
                    server.port(),
                    "GET",
                    "/v1/agents",
                    "Authorization: Bearer " + "e".repeat(40_000))
                .status())
        .isEqualTo(400);
  }

  @Test
  void client_isTheTokensAndNoOther() {
    String web = token("ada", ",\"azp\":\"web\"");
    String made = make(web, "client " + UUID.randomUUID());
    String path = "/sessions/" + made;

    assertThat(JsonBodies.text(send("GET", path, web, null).body(), "/client")).isEqualTo("web");
    for (HttpResponse<String> forged :
        List.of(
            send("PATCH", path, web, "{\"client\":\"other\"}"),
            send("PATCH", path + "?updateMask=client", web, "{}"),
            send("PATCH", path + "?updateMask=client", ADA, "{}"),
            send("PATCH", path, token("ada", ",\"azp\":\"app\""), "{\"client\":\"app\"}"),
            send("POST", "/sessions", web, "{\"client\":\"other\"}"),
            send("POST", "/sessions", ADA, "{\"client\":\"web\"}"))) {
      assertThat(forged.statusCode()).describedAs(forged.body()).isEqualTo(400);
      assertThat(forged.body()).contains("client must be the client that created the session");
    }
    String renamed = send("PATCH", path, ADA, "{\"label\":\"mine\"}").body();
    assertThat(JsonBodies.text(renamed, "/client")).isEqualTo("web");
  }
}
