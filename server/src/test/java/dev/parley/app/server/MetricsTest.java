package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.GetAgentRequest;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Waiting;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of calls in {@code /metrics}, read as Prometheus reads them. */
class MetricsTest {
  @TempDir private static Path folder;
  private static ServerFixture server;
  private static UUID agent;

  @BeforeAll
  static void start() {
    server = ServerFixture.start(folder);
    agent = server.agent("acme");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void call_eachTransportAndOutcome_countedApart() {
    String path = "/v1/agents/" + agent;
    server.send("GET", path, server.rootKey(), null);
    server.send("GET", path, "g_root_" + "0".repeat(48), null);
    server.send("GET", "/v1/agents/" + UUID.randomUUID(), server.rootKey(), null);
    assertThat(
            AgentServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
                .getAgent(GetAgentRequest.newBuilder().setAgentId(agent.toString()).build()))
        .isNotNull();
    try {
      var unused =
          AgentServiceGrpc.newBlockingStub(server.channel())
              .getAgent(GetAgentRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      // This call is counted as well.
    }

    awaitLine(calls("parley", "GetAgent", "rest", "OK") + " 1.0");
    awaitLine(calls("parley", "GetAgent", "rest", "CREDENTIAL_INVALID") + " 1.0");
    awaitLine(calls("parley", "GetAgent", "rest", "AGENT_NOT_FOUND") + " 1.0");
    awaitLine(calls("parley", "GetAgent", "grpc", "OK") + " 1.0");
    awaitLine(calls("parley", "GetAgent", "grpc", "CREDENTIAL_MISSING") + " 1.0");
    awaitLine(
        "parley_call_seconds_bucket{api=\"parley\",rpc=\"parley.v1.AgentService/GetAgent\","
            + "transport=\"rest\",le=\"+Inf\"} 3");
  }

  @Test
  void call_ofAnotherFace_isThatFaces() {
    server.send("GET", "/api/v1/sessions", server.rootKey(), null);

    awaitLine(
        "parley_calls_total{api=\"grip\",outcome=\"OK\","
            + "rpc=\"grip.v1.SessionService/ListSessions\",transport=\"rest\"} 1.0");
  }

  /** All unknown paths share one label. */
  @Test
  void call_noRoute_countedAsUnknown() {
    server.send("GET", "/no/such/" + UUID.randomUUID(), null, null);
    server.send("GET", "/no/such/" + UUID.randomUUID(), null, null);

    awaitLine(
        "parley_calls_total{api=\"operations\",outcome=\"ROUTE_NOT_FOUND\",rpc=\"unknown\","
            + "transport=\"rest\"} 2.0");
  }

  private static String calls(String face, String method, String transport, String outcome) {
    return """
        parley_calls_total{api="%s",outcome="%s",rpc="%s.v1.AgentService/%s",transport="%s"}"""
        .formatted(face, outcome, face, method, transport);
  }

  /** A call is counted after its answer was sent, so its caller may see the answer before. */
  private static void awaitLine(String line) {
    Waiting.until(() -> metrics().lines().anyMatch(line::equals), () -> line + " in\n" + metrics());
  }

  private static String metrics() {
    return server.send("GET", "/metrics", null, null).body();
  }
}
