package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.GetAgentRequest;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The number of calls per minute is limited exactly, except for the root key. */
class RateLimitTest {
  private static final int LIMIT = 5;
  private ServerFixture server;
  private UUID agentId;
  private String key;

  @BeforeEach
  void start(@TempDir Path folder) {
    server = ServerFixture.in(folder).flag(Setting.RATE_LIMIT, LIMIT + "/min").start();
    agentId = server.agent("acme");
    key = server.agentKey(agentId, "agent:manage");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> list(String credential) {
    return ContractClient.of(server, "guayaba", "/api/v1/agents/" + agentId)
        .with(credential)
        .get("/sessions");
  }

  @Test
  void key_pastItsLimit_429WithWhenToTryAgain() {
    for (int i = 0; i < LIMIT; i++) {
      assertThat(list(key).statusCode()).isEqualTo(200);
    }

    HttpResponse<String> refused = list(key);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body())
        .isEqualTo(
            JsonBodies.tree(JsonBodies.wire("guayaba/error-429-rate-limited.json")).toString());
    assertThat(refused.headers().firstValueAsLong("retry-after").orElseThrow()).isBetween(1L, 60L);
    StatusRuntimeException overGrpc =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                AgentServiceGrpc.newBlockingStub(server.channel(key))
                    .getAgent(GetAgentRequest.newBuilder().setAgentId(agentId.toString()).build()));
    assertThat(overGrpc.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void badKeys_countForTheirAddress() {
    for (int i = 0; i < LIMIT; i++) {
      assertThat(list("g_agent_" + "%048x".formatted(i)).statusCode()).isEqualTo(401);
    }
    assertThat(list("g_agent_" + "%048x".formatted(99)).statusCode()).isEqualTo(429);
    assertThat(list(null).statusCode()).isEqualTo(429);
    assertThat(list(key).statusCode()).isEqualTo(429);
  }

  @Test
  void root_isNeverLimited() {
    for (int i = 0; i < 4 * LIMIT; i++) {
      assertThat(list(server.rootKey()).statusCode()).isEqualTo(200);
    }
    assertThat(list(key).statusCode()).isEqualTo(200);
  }
}
