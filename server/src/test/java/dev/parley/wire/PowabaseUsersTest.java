package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.proto.powabase.v1.GetSessionRequest;
import dev.parley.proto.powabase.v1.SessionServiceGrpc;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import dev.parley.testing.Tokens;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users with tokens see only their own sessions over the Powabase API. */
class PowabaseUsersTest {
  private static final String NOW = "2026-08-13T17:30:00Z";
  private static final long EPOCH = Instant.parse(NOW).getEpochSecond();
  private static final String OWNER = "acme";
  private static final String ANA = "9a1e6f52-64b7-4c3d-8f10-2b7d5c8e4a61";
  private static final String BOB = "0b2d7a14-95c8-4e6f-a3b1-6c4f8d2e7a90";
  private static ServerFixture server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .clock(new SetClock(NOW))
            .flag(Setting.JWT_HS256_SECRET, Tokens.SECRET)
            .flag(Setting.JWT_OWNER, OWNER)
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String claims(String subject, String rest) {
    return "{\"sub\":\"%s\",\"aud\":\"authenticated\",\"exp\":%d%s}"
        .formatted(subject, EPOCH + 60, rest);
  }

  private static String token(String subject) {
    return Tokens.hs256(claims(subject, ""));
  }

  private static PowabaseFixture sceneOf(String user) {
    return new PowabaseFixture(
        server, OWNER, user.isEmpty() ? "{}" : "{\"user\":\"%s\"}".formatted(user));
  }

  private static ContractClient client(String token) {
    return ContractClient.of(server, "powabase", "/api/sessions").with(token);
  }

  private static void isExample(HttpResponse<String> answer, String file) {
    assertThat(answer.statusCode())
        .isEqualTo(Integer.parseInt(file.replaceAll("error-(\\d+)-.*", "$1")));
    assertThat(answer.body()).isEqualTo(PowabaseFixture.text(file));
  }

  @Test
  void user_readsAndDeletesItsOwn() {
    PowabaseFixture scene = sceneOf(ANA);
    scene.run("{\"runId\":\"run_1\",\"state\":\"COMPLETED\"}");
    scene.append("{\"role\":\"USER\",\"content\":\"Hi\",\"runId\":\"run_1\"}");
    ContractClient ana = client(token(ANA));
    for (String route : List.of("", "/messages", "/runs", "/runs/run_1/retrieved-context")) {
      assertThat(ana.get("/" + scene.name + route).statusCode()).isEqualTo(200);
    }
    assertThat(ana.get("/" + scene.name).body()).contains("\"user_id\":\"" + ANA + "\"");
    assertThat(ana.with("apikey", token(BOB)).get("/" + scene.name).statusCode()).isEqualTo(200);
    assertThat(ana.delete("/" + scene.name).statusCode()).isEqualTo(200);
    isExample(ana.get("/" + scene.name), "error-404-session-not-found.json");
  }

  @Test
  void user_ofOthersAndOfNobody_sameAnswerAsUnknown() {
    PowabaseFixture bobs = sceneOf(BOB);
    bobs.run("{\"runId\":\"run_1\"}");
    PowabaseFixture nobodys = sceneOf("");
    PowabaseFixture anotherOwners =
        new PowabaseFixture(server, "initech", "{\"user\":\"" + ANA + "\"}");
    ContractClient ana = client(token(ANA));
    String unknown = "sess_" + "0".repeat(32);
    for (String route : List.of("", "/messages", "/runs", "/runs/run_1/retrieved-context")) {
      HttpResponse<String> expected = ana.get("/" + unknown + route);
      for (String name : List.of(bobs.name, nobodys.name, anotherOwners.name)) {
        HttpResponse<String> answer = ana.get("/" + name + route);
        isExample(answer, "error-404-session-not-found.json");
        assertThat(answer.headers().map().keySet()).isEqualTo(expected.headers().map().keySet());
        assertThat(answer.headers().firstValue("content-length"))
            .isEqualTo(expected.headers().firstValue("content-length"));
      }
    }
    isExample(ana.delete("/" + bobs.name), "error-404-session-not-found.json");
    assertThat(client(token(BOB)).get("/" + bobs.name).statusCode()).isEqualTo(200);
  }

  @Test
  void keys_seeEveryUsersSessions() {
    PowabaseFixture bobs = sceneOf(BOB);
    String master = server.masterKey(OWNER);
    String agentKey = server.agentKey(bobs.agentId, "agent:manage");
    for (String key : List.of(master, agentKey, server.rootKey())) {
      assertThat(client(key).get("/" + bobs.name).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void user_withNarrowScope_403() {
    PowabaseFixture scene = sceneOf(ANA);
    ContractClient reader = client(Tokens.hs256(claims(ANA, ",\"scope\":\"agent:read\"")));
    assertThat(reader.get("/" + scene.name).statusCode()).isEqualTo(200);
    assertThat(reader.delete("/" + scene.name).statusCode()).isEqualTo(403);
  }

  @Test
  void token_noGood_asTheExamples() {
    String path = "/" + sceneOf(ANA).name;
    String expired =
        "{\"sub\":\"%s\",\"aud\":\"authenticated\",\"exp\":%d}".formatted(ANA, EPOCH - 60);
    String elsewhere =
        "{\"sub\":\"%s\",\"aud\":\"elsewhere\",\"exp\":%d}".formatted(ANA, EPOCH + 60);
    byte[] otherSecret = "fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.UTF_8);
    isExample(client(Tokens.hs256(expired)).get(path), "error-401-expired.json");
    isExample(client(Tokens.hs256(elsewhere)).get(path), "error-401-audience.json");
    isExample(
        client(Tokens.hs256(otherSecret, claims(ANA, ""))).get(path), "error-401-invalid.json");
  }

  @Test
  void token_noGood_inTheWordsOfItsLibrary() {
    String path = "/" + sceneOf(ANA).name;
    String unsigned = Tokens.hs256Raw("{\"alg\":\"none\"}", claims(ANA, ""));
    String early = Tokens.hs256(claims(ANA, ",\"iat\":" + (EPOCH + 60)));
    isInvalid(client(unsigned).get(path), "The specified alg value is not allowed");
    isInvalid(client(early).get(path), "The token is not yet valid (iat)");
    isInvalid(
        client(Tokens.hs256("{\"aud\":\"authenticated\",\"exp\":" + (EPOCH + 60) + "}")).get(path),
        "Token is missing the \\\"sub\\\" claim");
    isInvalid(client("x").get(path), "Not enough segments");
    isInvalid(client("g_agent_" + "0".repeat(48)).get(path), "Not enough segments");
  }

  private static void isInvalid(HttpResponse<String> answer, String words) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEqualTo("{\"error\":\"Invalid token: " + words + "\"}");
  }

  @Test
  void token_inApiKeyAlone_isNoCredential() {
    HttpResponse<String> answer =
        client(null).with("apikey", token(ANA)).get("/" + sceneOf(ANA).name);
    isExample(answer, "error-401-no-token.json");
  }

  @Test
  void user_overGrpc() {
    PowabaseFixture anas = sceneOf(ANA);
    PowabaseFixture bobs = sceneOf(BOB);
    SessionServiceGrpc.SessionServiceBlockingStub ana =
        SessionServiceGrpc.newBlockingStub(server.channel(token(ANA)));
    assertThat(
            ana.getSession(GetSessionRequest.newBuilder().setSessionId(anas.name).build())
                .getUserId())
        .isEqualTo(ANA);
    StatusRuntimeException refused =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class,
            () -> ana.getSession(GetSessionRequest.newBuilder().setSessionId(bobs.name).build()));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }
}
