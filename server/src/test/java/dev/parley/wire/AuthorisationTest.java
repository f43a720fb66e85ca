package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.parley.config.Setting;
import dev.parley.model.ErrorReason;
import dev.parley.testing.Grpcurl;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import dev.parley.testing.Tokens;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls every RPC with every kind of credential over gRPC and REST. */
class AuthorisationTest {
  private static final String EVERY_SCOPE = "agent:manage\",\"chat\",\"files\",\"channels";
  private static final String ISSUER = "issuer";
  private static final SetClock CLOCK = new SetClock("2026-03-01T00:00:00Z");
  private static ServerFixture server;
  private static String expired;
  private static String revoked;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .clock(CLOCK)
            .flag(Setting.RATE_LIMIT, "off")
            .flag(Setting.FAILED_LOGINS_PER_MINUTE_MAX, "0")
            .flag(Setting.JWT_HS256_SECRET, Tokens.SECRET)
            .flag(Setting.JWT_OWNER, ISSUER)
            .start();
    UUID agentId = server.agent("acme");
    expired =
        server.key(
            "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"expireTime\":\"2026-03-01T00:00:01Z\"}"
                .formatted(agentId));
    CLOCK.set("2026-03-01T00:00:01Z");
    revoked = server.agentKey(agentId, "agent:manage");
    String keys = server.send("GET", "/v1/keys?owner=acme", server.rootKey(), null).body();
    JsonBodies.tree(keys)
        .get("keys")
        .findValuesAsText("keyId")
        .forEach(id -> server.send("DELETE", "/v1/keys/" + id, server.rootKey(), null));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * The expected result of a credential.
   *
   * @param expected the reason of the refusal; null if the call is allowed
   */
  private record Case(Rpc rpc, String credential, UUID agentId, String key, ErrorReason expected) {
    @Override
    public String toString() {
      return rpc + " with " + credential;
    }
  }

  static Stream<Case> cases() {
    return Rpc.all().flatMap(rpc -> cases(rpc).stream());
  }

  private static List<Case> cases(Rpc rpc) {
    String owner = "owner-" + UUID.randomUUID();
    String master = server.masterKey(owner);
    String stranger = server.masterKey("x" + owner);
    UUID agentId = server.agent(owner);
    String agentKey = server.agentKey(agentId, EVERY_SCOPE);
    boolean ownersOnly = isOwners(rpc);
    List<Case> cases = new ArrayList<>();
    cases.add(new Case(rpc, "none", agentId, null, ErrorReason.CREDENTIAL_MISSING));
    for (String bad :
        List.of(
            "x",
            "g_agent_" + "0".repeat(47),
            "g_agent_" + "0".repeat(48),
            "g_master_" + "0".repeat(48),
            "g_root_" + "0".repeat(48),
            agentKey.toUpperCase(Locale.ROOT),
            expired,
            revoked)) {
      cases.add(new Case(rpc, "a bad key", agentId, bad, ErrorReason.CREDENTIAL_INVALID));
    }
    if (!Set.of("agent:read", "api:aip-agents-read").contains(rpc.scope())) {
      String without =
          server.agentKey(agentId, rpc.scope().equals("chat") ? "agent:manage" : "chat");
      cases.add(new Case(rpc, "no scope", agentId, without, ErrorReason.SCOPE_MISSING));
    }
    cases.add(
        new Case(
            rpc, "agent key", agentId, agentKey, ownersOnly ? ErrorReason.SCOPE_MISSING : null));
    if (rpc.namesAgent()) {
      ErrorReason forbidden = ownersOnly ? ErrorReason.SCOPE_MISSING : ErrorReason.AGENT_FORBIDDEN;
      cases.add(new Case(rpc, "another agent", server.agent(owner), agentKey, forbidden));
      cases.add(new Case(rpc, "no agent", UUID.randomUUID(), agentKey, forbidden));
      cases.add(new Case(rpc, "another owner", agentId, stranger, ErrorReason.AGENT_NOT_FOUND));
      cases.add(
          new Case(
              rpc,
              "root, no agent",
              UUID.randomUUID(),
              server.rootKey(),
              ErrorReason.AGENT_NOT_FOUND));
    }
    cases.addAll(userCases(rpc, agentId));
    boolean rootsOnly = rpc.scope().equals("operator");
    cases.add(
        new Case(rpc, "master", agentId, master, rootsOnly ? ErrorReason.SCOPE_MISSING : null));
    // Last, and with another agent, because DeleteAgent deletes the agent of the call.
    cases.add(new Case(rpc, "root", server.agent(owner), server.rootKey(), null));
    return cases;
  }

  private static boolean isOwners(Rpc rpc) {
    return rpc.scope().equals("owner") || rpc.scope().equals("operator");
  }

  static Stream<Case> casesOfRoutes() {
    return cases().filter(given -> given.rpc().hasRoute());
  }

  /** A user can use the agents of one owner, but no RPC that belongs to the owner. */
  private static List<Case> userCases(Rpc rpc, UUID ofAnotherOwner) {
    List<Case> cases = new ArrayList<>();
    boolean ownersOnly = isOwners(rpc);
    UUID agentId = server.agent(ISSUER);
    // Foundry's scopes come from the token alone.
    String scope = rpc.scope().startsWith("api:") ? ",\"scope\":\"" + rpc.scope() + "\"" : "";
    String user = token("\"exp\":1893456000" + scope);
    cases.add(new Case(rpc, "user", agentId, user, ownersOnly ? ErrorReason.SCOPE_MISSING : null));
    String other = rpc.scope().equals("chat") ? "agent:read" : "chat";
    cases.add(
        new Case(
            rpc,
            "user without the scope",
            agentId,
            token("\"exp\":1893456000,\"scope\":\"" + other + "\""),
            ErrorReason.SCOPE_MISSING));
    cases.add(
        new Case(rpc, "late user", agentId, token("\"exp\":1"), ErrorReason.CREDENTIAL_INVALID));
    if (rpc.namesAgent()) {
      cases.add(
          new Case(
              rpc,
              "user, another owner",
              ofAnotherOwner,
              user,
              ownersOnly ? ErrorReason.SCOPE_MISSING : ErrorReason.AGENT_NOT_FOUND));
    }
    return cases;
  }

  private static String token(String claims) {
    return Tokens.hs256("{\"sub\":\"ada\",\"aud\":\"authenticated\"," + claims + "}");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void credential_overGrpc(Case given) {
    Channel channel = given.key() == null ? server.channel() : server.channel(given.key());
    Optional<ErrorReason> refused = refusal(given, channel);
    if (given.expected() == null) {
      assertThat(refused).isNotIn(refusals());
    } else {
      assertThat(refused).hasValue(given.expected());
    }
  }

  @ParameterizedTest
  @MethodSource("casesOfRoutes")
  void credential_overRest(Case given) {
    String method = given.rpc().http().getPatternCase().name();
    HttpResponse<String> answer =
        server.send(
            method,
            given.rpc().path(given.agentId()),
            given.key(),
            given.rpc().http().getBody().isEmpty() ? null : given.rpc().body(given.agentId()));
    if (given.expected() == null) {
      assertThat(answer.statusCode()).isNotIn(401, 403);
      assertThat(answer.body()).doesNotContain("Agent not found");
    } else {
      assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(status(given));
    }
  }

  /** Foundry's API reports the agent of another owner as not found. */
  private static int status(Case given) {
    boolean hidden =
        given.rpc().toString().startsWith("foundry.")
            && given.expected() == ErrorReason.AGENT_FORBIDDEN;
    return (hidden ? ErrorReason.AGENT_NOT_FOUND : given.expected()).httpStatus();
  }

  @Test
  void services_asReflectionLists() {
    List<String> walked = Rpc.SERVICES.stream().map(ServiceDescriptor::getName).toList();
    String listed = Grpcurl.run("-plaintext", "127.0.0.1:" + server.port(), "list").out();
    assertThat(listed.lines().filter(name -> !name.startsWith("grpc.")))
        .containsExactlyInAnyOrderElementsOf(walked);
  }

  @Test
  void key_revoked_refusedFromThatMoment() {
    UUID agentId = server.agent("revoker");
    String key = server.agentKey(agentId, "agent:manage");
    String path = "/v1/agents/" + agentId;
    assertThat(server.send("GET", path, key, null).statusCode()).isEqualTo(200);
    String keys = server.send("GET", "/v1/keys?owner=revoker", server.rootKey(), null).body();
    server.send(
        "DELETE", "/v1/keys/" + JsonBodies.text(keys, "/keys/0/keyId"), server.rootKey(), null);
    assertThat(server.send("GET", path, key, null).statusCode()).isEqualTo(401);
  }

  @Test
  void masterKey_replaced_revokesTheOneBeforeAndTheAgents() {
    String first = server.masterKey("rotator");
    UUID agentId = server.agent("rotator");
    String agentKey = server.agentKey(agentId, "chat");
    String second = server.masterKey("rotator");
    String path = "/v1/agents/" + agentId;
    assertThat(server.send("GET", path, first, null).statusCode()).isEqualTo(401);
    assertThat(server.send("GET", path, agentKey, null).statusCode()).isEqualTo(401);
    assertThat(server.send("GET", path, second, null).statusCode()).isEqualTo(200);
  }

  @Test
  void master_cannotMakeMastersOrActForOthers() {
    String master = server.masterKey("m1");
    for (String owner : List.of("m1", "m2")) {
      HttpResponse<String> made =
          server.send(
              "POST",
              "/v1/keys",
              master,
              "{\"type\":\"MASTER\",\"owner\":\"%s\"}".formatted(owner));
      assertThat(JsonBodies.text(made.body(), "/error/details/0/reason"))
          .isEqualTo("OWNER_FORBIDDEN");
    }
    assertThat(server.send("GET", "/v1/keys?owner=m2", master, null).statusCode()).isEqualTo(403);
    assertThat(server.send("POST", "/v1/agents", master, "{\"owner\":\"m2\"}").statusCode())
        .isEqualTo(403);
    assertThat(server.send("POST", "/v1/agents", master, "{}").statusCode()).isEqualTo(200);
    String agents = server.send("GET", "/v1/agents", master, null).body();
    assertThat(JsonBodies.tree(agents).get("agents").findValuesAsText("owner")).containsOnly("m1");
  }

  private static List<Optional<ErrorReason>> refusals() {
    return List.of(
        Optional.of(ErrorReason.CREDENTIAL_MISSING),
        Optional.of(ErrorReason.CREDENTIAL_INVALID),
        Optional.of(ErrorReason.SCOPE_MISSING),
        Optional.of(ErrorReason.AGENT_FORBIDDEN),
        Optional.of(ErrorReason.OWNER_FORBIDDEN),
        Optional.of(ErrorReason.AGENT_NOT_FOUND));
  }

  private static Optional<ErrorReason> refusal(Case given, Channel channel) {
    try {
      ClientCalls.blockingServerStreamingCall(
              channel,
              given.rpc().method(),
              CallOptions.DEFAULT,
              given.rpc().request(given.agentId()))
          .forEachRemaining(answer -> {});
      return Optional.empty();
    } catch (StatusRuntimeException e) {
      ErrorInfo info = errorInfo(e);
      ErrorReason reason = ErrorReason.valueOf(info.getReason());
      assertThat(e.getStatus().getCode().name()).isEqualTo(reason.code().name());
      return Optional.of(reason);
    }
  }

  private static ErrorInfo errorInfo(StatusRuntimeException failure) {
    try {
      for (Any detail : StatusProto.fromThrowable(failure).getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          return detail.unpack(ErrorInfo.class);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    throw new AssertionError("No ErrorInfo: " + failure);
  }
}
