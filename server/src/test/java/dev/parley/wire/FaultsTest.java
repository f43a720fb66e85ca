package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.rpc.RetryInfo;
import dev.parley.api.call.error.CallErrors;
import dev.parley.config.Setting;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.CreateAgentRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What callers and the log report if the store fails, is overloaded or does not answer. */
class FaultsTest {
  private static final int IN_FLIGHT_MAX = 32;

  private final FaultyStore faults = new FaultyStore();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(CallErrors.class);
  private ServerFixture server;
  private UUID agentId;

  @BeforeEach
  void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .wrap(faults::around)
            .flag(Setting.REQUEST_TIMEOUT_SECONDS, "1")
            .flag(Setting.CALLS_IN_FLIGHT_MAX, Integer.toString(IN_FLIGHT_MAX))
            .start();
    agentId = server.agent("acme");
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    logger.setAdditive(true);
    server.close();
  }

  private static String example(String name) {
    return JsonBodies.tree(JsonBodies.wire("guayaba/" + name)).toString();
  }

  private HttpResponse<String> nativeList() {
    return server.send("GET", "/v1/agents/" + agentId + "/sessions", server.rootKey(), null);
  }

  private HttpResponse<String> guayabaList() {
    return ContractClient.of(server, "guayaba", "/api/v1/agents/" + agentId)
        .with(server.rootKey())
        .get("/sessions");
  }

  private StatusRuntimeException grpcList() {
    return Assertions.catchThrowableOfType(
        StatusRuntimeException.class,
        () ->
            SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
                .listSessions(
                    ListSessionsRequest.newBuilder().setAgentId(agentId.toString()).build()));
  }

  @Test
  void fault_toldByIdThatIsInTheLogOnce() {
    faults.fail(
        "listSessions", new IllegalStateException("/var/lib/secret: com.example.Driver failed"));

    List<String> told = new ArrayList<>();
    HttpResponse<String> nativeAnswer = nativeList();
    told.add(JsonBodies.text(nativeAnswer.body(), "/error/details/0/metadata/error_id"));
    HttpResponse<String> guayabaAnswer = guayabaList();
    told.add(
        JsonBodies.text(guayabaAnswer.body(), "/message").substring("Internal error ".length()));
    StatusRuntimeException grpcAnswer = grpcList();
    told.add(grpcAnswer.getStatus().getDescription().substring("Internal error ".length()));

    assertThat(nativeAnswer.statusCode()).isEqualTo(500);
    assertThat(guayabaAnswer.statusCode()).isEqualTo(500);
    assertThat(grpcAnswer.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    for (String answer :
        List.of(nativeAnswer.body(), guayabaAnswer.body(), grpcAnswer.getMessage())) {
      assertThat(answer).doesNotContain("secret", "Driver", "Exception");
    }
    assertThat(log.list).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(log.list.get(i).getFormattedMessage()).contains(told.get(i));
      assertThat(log.list.get(i).getThrowableProxy().getMessage()).contains("Driver");
    }
  }

  @Test
  void callsInFlight_asManyAsMayBe_theNextIsRefusedAndTheyAreAnswered() {
    CompletableFuture<List<Session>> answer = new CompletableFuture<>();
    faults.answer("listSessions", answer);
    SessionServiceGrpc.SessionServiceFutureStub stub =
        SessionServiceGrpc.newFutureStub(server.channel(server.rootKey()));
    List<ListenableFuture<ListSessionsResponse>> taken = new ArrayList<>();
    for (int i = 0; i < IN_FLIGHT_MAX; i++) {
      taken.add(
          stub.listSessions(
              ListSessionsRequest.newBuilder().setAgentId(agentId.toString()).build()));
    }
    Waiting.until(
        () -> faults.asked("listSessions") == IN_FLIGHT_MAX, () -> "calls that reach the store");

    StatusRuntimeException refused = grpcList();
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(Objects.requireNonNull(StatusProto.fromThrowable(refused)).getDetailsList())
        .anyMatch(detail -> detail.is(RetryInfo.class));
    HttpResponse<String> overRest = nativeList();
    assertThat(overRest.statusCode()).isEqualTo(429);
    assertThat(overRest.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 3L);
    assertThat(guayabaList().body()).isEqualTo(example("error-429-rate-limited.json"));

    answer.complete(List.of());
    taken.forEach(call -> assertThat(Futures.getUnchecked(call).getSessionsList()).isEmpty());
    Waiting.until(() -> nativeList().statusCode() == 200, () -> "room for one more call");
  }

  @Test
  void overloaded_429WithWhenToTryAgain() {
    faults.fail("listSessions", new SessionException(ErrorReason.OVERLOADED, "Too much waits."));
    HttpResponse<String> guayaba = guayabaList();
    assertThat(guayaba.statusCode()).isEqualTo(429);
    assertThat(guayaba.body()).isEqualTo(example("error-429-rate-limited.json"));
    assertThat(guayaba.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 3L);
    assertThat(nativeList().statusCode()).isEqualTo(429);
    assertThat(grpcList().getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(log.list).isEmpty();
  }

  @Test
  void unavailable_503WithWhenToTryAgain() {
    faults.fail("listSessions", new SessionException(ErrorReason.UNAVAILABLE, "Closed."));
    HttpResponse<String> guayaba = guayabaList();
    assertThat(guayaba.statusCode()).isEqualTo(503);
    assertThat(guayaba.body()).isEqualTo(example("error-503-agent-not-running.json"));
    assertThat(guayaba.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 3L);
    assertThat(grpcList().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  /** If the lookup of a key is slow or fails, the key is not reported as invalid. */
  @Test
  void keyLookup_unavailable_503NotUnauthorised() {
    String key = server.agentKey(agentId, "agent:manage");
    faults.fail("findApiKey", new SessionException(ErrorReason.UNAVAILABLE, "Closed."));
    HttpResponse<String> answer =
        ContractClient.of(server, "guayaba", "/api/v1/agents/" + agentId)
            .with(key)
            .get("/sessions");
    assertThat(answer.statusCode()).isEqualTo(503);
  }

  @Test
  void caller_goesAway_isNoFault() {
    faults.answer("listSessions", new CompletableFuture<>());
    StatusRuntimeException gone =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
                    .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                    .listSessions(
                        ListSessionsRequest.newBuilder().setAgentId(agentId.toString()).build()));
    assertThat(gone.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    server.close();
    assertThat(log.list).isEmpty();
  }

  @Test
  void store_doesNotAnswerAWrite_saysThatItMayHaveBeenStored() {
    faults.answer("createAgent", new CompletableFuture<>());
    String expected =
        "The call took longer than its deadline."
            + " Its changes may have been stored, or may be stored later.";

    HttpResponse<String> answer =
        server.send("POST", "/v1/agents", server.rootKey(), "{\"owner\":\"acme\"}");
    StatusRuntimeException failure =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                AgentServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
                    .createAgent(CreateAgentRequest.newBuilder().setOwner("acme").build()));

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(JsonBodies.text(answer.body(), "/error/message")).isEqualTo(expected);
    assertThat(failure.getStatus().getDescription()).isEqualTo(expected);
  }

  /**
   * This also shows that no call waits for the store on an event loop, which would block all
   * others.
   */
  @Test
  void store_doesNotAnswer_504AndOthersAreServed() {
    faults.answer("listSessions", new CompletableFuture<>());
    int callers = 4 * Runtime.getRuntime().availableProcessors();
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        waiting.add(CompletableFuture.supplyAsync(this::nativeList, threads));
      }
      assertThat(server.send("GET", "/v1/agents", server.rootKey(), null).statusCode())
          .isEqualTo(200);
      for (CompletableFuture<HttpResponse<String>> each : waiting) {
        HttpResponse<String> answer = each.join();
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(JsonBodies.text(answer.body(), "/error/status")).isEqualTo("DEADLINE_EXCEEDED");
      }
    } finally {
      threads.shutdown();
    }
    assertThat(grpcList().getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(grpcList().getStatus().getDescription())
        .isEqualTo("The call took longer than its deadline.");
    HttpResponse<String> guayaba = guayabaList();
    assertThat(guayaba.statusCode()).isEqualTo(502);
    assertThat(guayaba.body()).isEqualTo(example("error-502-gateway-error.json"));
  }
}
