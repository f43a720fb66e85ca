package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.parley.model.ErrorReason;
import dev.parley.proto.powabase.v1.GetSessionRequest;
import dev.parley.proto.powabase.v1.SessionServiceGrpc;
import dev.parley.testing.ServerFixture;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors have the format of Powabase, independent of the part of the server that detects them. */
class PowabaseErrorsTest {
  private static final List<String> ROUTES =
      List.of("", "/messages", "/runs", "/runs/run_1/retrieved-context");

  private static ServerFixture server;
  private static PowabaseFixture scene;
  private static String key;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = ServerFixture.start(folder);
    scene = new PowabaseFixture(server, "{}");
    scene.run("{\"runId\":\"run_1\"}");
    key = server.agentKey(scene.agentId, "agent:manage");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ContractClient client(@Nullable String token) {
    return ContractClient.of(server, "powabase", "/api/sessions").with(token);
  }

  private static void isError(HttpResponse<String> answer, int status, String body) {
    assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("application/json; charset=utf-8");
  }

  private static void isExample(HttpResponse<String> answer, String file) {
    int status = Integer.parseInt(file.replaceAll("error-(\\d+)-.*", "$1"));
    isError(answer, status, PowabaseFixture.text(file));
  }

  private static String error(String text) {
    return "{\"error\":\"" + text + "\"}";
  }

  @Test
  void credential_none_everyRoute401() {
    for (String route : ROUTES) {
      isExample(client(null).get("/" + scene.name + route), "error-401-no-token.json");
    }
    isExample(client(null).delete("/" + scene.name), "error-401-no-token.json");
    isExample(
        client(null).with("Authorization", "Basic abc").get("/" + scene.name),
        "error-401-no-token.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "g_agent_000000000000000000000000000000000000000000000000"})
  void credential_bad_isNoToken(String token) {
    isError(client(token).get("/" + scene.name), 401, error("Invalid token: Not enough segments"));
  }

  @Test
  void scheme_inAnyCase() {
    assertThat(client(null).with("Authorization", "bEARER " + key).get("/" + scene.name))
        .matches(answer -> answer.statusCode() == 200);
  }

  @Test
  void apiKey_emptyOrOfNoForm_theGatewaySpeaks() {
    isExample(
        client(key).with("apikey", "").get("/" + scene.name), "error-401-gateway-no-apikey.json");
    isExample(
        client(key).with("apikey", "x").get("/" + scene.name), "error-401-gateway-bad-apikey.json");
  }

  @Test
  void apiKey_besideAuthorization_decidesNothing() {
    for (String beside : List.of("eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "g_root_" + "0".repeat(48))) {
      assertThat(client(key).with("apikey", beside).get("/" + scene.name).statusCode())
          .isEqualTo(200);
      isError(
          client("x").with("apikey", beside).get("/" + scene.name),
          401,
          error("Invalid token: Not enough segments"));
    }
  }

  @Test
  void apiKey_alone() {
    assertThat(client(null).with("apikey", key).get("/" + scene.name).statusCode()).isEqualTo(200);
    isExample(
        client(null).with("apikey", "g_agent_" + "0".repeat(48)).get("/" + scene.name),
        "error-401-gateway-bad-apikey.json");
    isExample(
        client(null).with("apikey", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln").get("/" + scene.name),
        "error-401-no-token.json");
  }

  @Test
  void scope_missing_403() {
    String reader = server.agentKey(scene.agentId, "chat");
    assertThat(client(reader).get("/" + scene.name).statusCode()).isEqualTo(200);
    isError(
        client(reader).delete("/" + scene.name),
        403,
        error("The credential lacks the required scope: agent:manage"));
    assertThat(client(key).get("/" + scene.name).statusCode()).isEqualTo(200);
  }

  @Test
  void sessionId_atTheBoundAndPastIt() {
    for (String route : ROUTES) {
      isExample(client(key).get("/" + "a".repeat(255) + route), "error-404-session-not-found.json");
      isExample(
          client(key).get("/" + "a".repeat(256) + route), "error-400-session-id-too-long.json");
    }
    isExample(client(key).delete("/" + "a".repeat(256)), "error-400-session-id-too-long.json");
  }

  /**
   * A session that does not exist and a session that the caller may not see have the same error.
   */
  @Test
  void session_notToBeSeen_sameAnswerAsUnknown() {
    PowabaseFixture archived = new PowabaseFixture(server, "{}");
    archived.run("{\"runId\":\"run_1\"}");
    archived.archive();
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put(scene.name, server.agentKey(archived.agentId, "agent:manage"));
    keys.put(scene.sessionId, server.masterKey("x" + scene.owner));
    keys.put(archived.name, server.masterKey(archived.owner));
    keys.put("sess_4f2a9c1d7e30", key);
    for (String route : ROUTES) {
      HttpResponse<String> unknown =
          client(key).get("/sess_" + UUID.randomUUID().toString().replace("-", "") + route);
      isExample(unknown, "error-404-session-not-found.json");
      keys.forEach(
          (name, other) -> {
            HttpResponse<String> answer = client(other).get("/" + name + route);
            isExample(answer, "error-404-session-not-found.json");
            assertThat(headers(answer)).isEqualTo(headers(unknown));
          });
    }
    keys.forEach(
        (name, other) ->
            isExample(client(other).delete("/" + name), "error-404-session-not-found.json"));
    assertThat(client(key).get("/" + scene.name).statusCode()).isEqualTo(200);
    archived.write("POST", archived.path + ":restore", "{}");
    assertThat(archived.client().get("/" + archived.name).statusCode()).isEqualTo(200);
  }

  private static Map<String, List<String>> headers(HttpResponse<String> answer) {
    HttpHeaders headers = answer.headers();
    Map<String, List<String>> told = new TreeMap<>(headers.map());
    told.remove("date");
    told.remove("x-request-id");
    return told;
  }

  /** The query must not replace a value of the path. */
  @Test
  void query_namesThePathsSession_400AndNothingIsDeleted() {
    PowabaseFixture other = new PowabaseFixture(server, "{}");
    String master = server.masterKey(other.owner);
    for (String field : List.of("session_id", "sessionId")) {
      isError(
          client(master).delete("/sess_" + "0".repeat(32) + "?" + field + "=" + other.name),
          400,
          error(field + " is not taken from the query"));
    }
    assertThat(client(master).get("/" + other.name).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run_2", "RUN_1", "seed_0c6e1f9b2a84", "%F0%9F%99%82"})
  void run_unknown_404(String run) {
    isExample(
        client(key).get("/" + scene.name + "/runs/" + run + "/retrieved-context"),
        "error-404-run-not-found.json");
  }

  @Test
  void run_atTheLengthOfIdsAndPastIt_404() {
    for (int length : new int[] {255, 256}) {
      isExample(
          client(key).get("/" + scene.name + "/runs/" + "r".repeat(length) + "/retrieved-context"),
          "error-404-run-not-found.json");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/a/nothing", "/a/runs/b", "/a/runs/b/retrieved-context/c"})
  void route_unknown_404(String path) {
    isError(server.send("GET", "/api/sessions" + path, key, null), 404, error("Not found"));
    isError(server.send("GET", "/api/sessions" + path, null, null), 404, error("Not found"));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, '', 'DELETE, GET'",
    "DELETE, /messages, GET",
    "PUT, /runs, GET",
    "PATCH, /runs/run_1/retrieved-context, GET"
  })
  void method_another_405WithAllow(String method, String route, String allow) {
    HttpResponse<String> answer =
        server.send(method, "/api/sessions/" + scene.name + route, key, null);
    isError(answer, 405, error("Method not allowed"));
    assertThat(answer.headers().firstValue("allow")).hasValue(allow);
  }

  /**
   * Over gRPC, the error names the invalid header. The text of Powabase's gateway is for REST only.
   */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "'', CREDENTIAL_MISSING, apikey",
        "x, CREDENTIAL_INVALID, apikey",
        "g_agent_000000000000000000000000000000000000000000000000, CREDENTIAL_INVALID, apikey",
        "a.b.c, CREDENTIAL_MISSING, -"
      })
  void apiKey_overGrpc(String apiKey, ErrorReason reason, @Nullable String header) {
    ErrorInfo told = refusal(channel(apiKey), scene.name);
    assertThat(told.getReason()).isEqualTo(reason.name());
    assertThat(told.getMetadataMap().get("header")).isEqualTo(header);
  }

  @Test
  void apiKey_aloneOverGrpc_isTheCredential() {
    assertThat(
            SessionServiceGrpc.newBlockingStub(channel(key))
                .getSession(GetSessionRequest.newBuilder().setSessionId(scene.name).build())
                .getId())
        .isEqualTo(scene.sessionId);
  }

  @ParameterizedTest
  @CsvSource({"'', SESSION_NOT_FOUND", "x, SESSION_NOT_FOUND"})
  void session_unknownOverGrpc(String name, ErrorReason reason) {
    assertThat(refusal(server.channel(key), name).getReason()).isEqualTo(reason.name());
  }

  @Test
  void sessionId_pastTheBoundOverGrpc() {
    assertThat(refusal(server.channel(key), "a".repeat(256)).getReason())
        .isEqualTo(ErrorReason.INVALID_FIELD.name());
  }

  private static Channel channel(String apiKey) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("apikey", Metadata.ASCII_STRING_MARSHALLER), apiKey);
    return ClientInterceptors.intercept(
        server.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static ErrorInfo refusal(Channel channel, String name) {
    StatusRuntimeException failure =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                SessionServiceGrpc.newBlockingStub(channel)
                    .getSession(GetSessionRequest.newBuilder().setSessionId(name).build()));
    try {
      return StatusProto.fromThrowable(failure).getDetails(0).unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
