package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListRunsRequest;
import dev.parley.proto.v1.ListRunsResponse;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.StartRunRequest;
import dev.parley.proto.v1.StartRunRequest.Concurrency;
import dev.parley.proto.v1.UpdateRunRequest;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.SetClock;
import dev.parley.testing.StoreUnderTest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two runtimes answer the same session, each in turns of several appends under a lease. They start
 * turns while the other one works, interrupt each other, and stop in the middle of turns whose
 * leases then expire. On PostgreSQL, each has a server of its own.
 */
@Timeout(300)
class LeaseContentionTest {
  private static final int ROUNDS = 200;

  /** Each runtime goes on until it has completed this many turns. */
  private static final int COMPLETED = 5;

  private static final int APPENDS = 4;
  private static final int TTL_SECONDS = 10;

  private final SetClock clock = new SetClock("2026-03-01T00:00:00Z");
  private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
  private final Set<String> completed = ConcurrentHashMap.newKeySet();
  private String agentId;
  private String sessionId;
  private String key;

  @Test
  void twoRuntimes_neverInterleaveTurns(@TempDir Path folder) {
    try (ServerFixture one = ServerFixture.in(folder).clock(clock).start();
        ServerFixture two =
            StoreUnderTest.isShared() ? ServerFixture.in(folder).clock(clock).start() : null) {
      agentId = one.agent("owner").toString();
      key =
          one.key(
              """
              {"type":"AGENT","agentId":"%s","scopes":["chat"]}"""
                  .formatted(agentId));
      sessionId =
          JsonBodies.text(
              one.send("POST", "/v1/agents/" + agentId + "/sessions", key, "{}").body(),
              "/sessionId");

      CompletableFuture<Void> other =
          CompletableFuture.runAsync(() -> compete("b", (two == null ? one : two).channel(key), 2));
      compete("a", one.channel(key), 1);
      other.join();

      check(messages(one.channel(key)), runs(one.channel(key)));
    }
  }

  private void compete(String name, Channel channel, long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS || completedBy(name) < COMPLETED; i++) {
      turn(name + i, channel, random);
    }
  }

  private long completedBy(String name) {
    return completed.stream().filter(runId -> runId.startsWith(name)).count();
  }

  private void turn(String runId, Channel channel, Random random) {
    Concurrency concurrency = random.nextInt(3) == 0 ? Concurrency.INTERRUPT : Concurrency.REJECT;
    Run run;
    try {
      run = start(channel, runId, concurrency);
    } catch (StatusRuntimeException e) {
      assertAborted(e);
      if (random.nextInt(4) == 0) {
        // The other runtime may be in the middle of a turn, or may have left one.
        clock.advance(java.time.Duration.ofSeconds(TTL_SECONDS));
      }
      return;
    }
    int appends = random.nextInt(5) == 0 ? random.nextInt(APPENDS) : APPENDS;
    try {
      for (int i = 1; i <= appends; i++) {
        append(channel, run, i);
        acknowledged.put(runId, i);
      }
      if (appends == APPENDS) {
        complete(channel, run);
        completed.add(runId);
      }
    } catch (StatusRuntimeException e) {
      assertAborted(e);
    }
  }

  /** Turns do not interleave, and contain what was acknowledged in order. */
  private void check(List<ChatMessage> messages, Map<String, Run> runs) {
    Map<String, List<String>> turns = new HashMap<>();
    Set<String> ended = new HashSet<>();
    String current = null;
    for (ChatMessage message : messages) {
      if (!message.getRunId().equals(current)) {
        assertThat(ended).doesNotContain(message.getRunId());
        ended.add(message.getRunId());
        current = message.getRunId();
      }
      turns.computeIfAbsent(current, id -> new ArrayList<>()).add(message.getContent().getText());
    }

    turns.forEach(
        (runId, texts) ->
            assertThat(texts).isEqualTo(List.of("1", "2", "3", "4").subList(0, texts.size())));
    acknowledged.forEach(
        (runId, count) ->
            assertThat(turns.get(runId)).as(runId).hasSizeGreaterThanOrEqualTo(count));
    completed.forEach(
        runId -> {
          assertThat(turns.get(runId)).as(runId).hasSize(APPENDS);
          assertThat(runs.get(runId).getState()).isEqualTo(Run.State.COMPLETED);
        });
    assertThat(runs.values().stream().filter(run -> run.getState() == Run.State.RUNNING))
        .hasSizeLessThanOrEqualTo(1);
    assertThat(runs.values().stream().map(Run::getState))
        .contains(Run.State.CANCELLED, Run.State.FAILED);
  }

  private Run start(Channel channel, String runId, Concurrency concurrency) {
    return RunServiceGrpc.newBlockingStub(channel)
        .startRun(
            StartRunRequest.newBuilder()
                .setAgentId(agentId)
                .setSessionId(sessionId)
                .setRun(Run.newBuilder().setRunId(runId))
                .setConcurrency(concurrency)
                .setLeaseTtl(Duration.newBuilder().setSeconds(TTL_SECONDS))
                .build());
  }

  private void append(Channel channel, Run run, int text) {
    AppendMessagesResponse unused =
        SessionServiceGrpc.newBlockingStub(channel)
            .appendMessages(
                AppendMessagesRequest.newBuilder()
                    .setAgentId(agentId)
                    .setSessionId(sessionId)
                    .setLeaseFence(run.getLease().getFence())
                    .addMessages(
                        ChatMessage.newBuilder()
                            .setMessageId(UUID.randomUUID().toString())
                            .setRole(ChatMessage.Role.ASSISTANT)
                            .setRunId(run.getRunId())
                            .setContent(Content.newBuilder().setText(Integer.toString(text))))
                    .build());
  }

  private void complete(Channel channel, Run run) {
    Run unused =
        RunServiceGrpc.newBlockingStub(channel)
            .updateRun(
                UpdateRunRequest.newBuilder()
                    .setAgentId(agentId)
                    .setSessionId(sessionId)
                    .setRunId(run.getRunId())
                    .setRun(Run.newBuilder().setState(Run.State.COMPLETED))
                    .setLeaseFence(run.getLease().getFence())
                    .build());
  }

  private List<ChatMessage> messages(Channel channel) {
    List<ChatMessage> all = new ArrayList<>();
    String token = "";
    do {
      ListMessagesResponse page =
          SessionServiceGrpc.newBlockingStub(channel)
              .listMessages(
                  ListMessagesRequest.newBuilder()
                      .setAgentId(agentId)
                      .setSessionId(sessionId)
                      .setPageSize(1_000)
                      .setPageToken(token)
                      .setOrder(ListMessagesRequest.Order.OLDEST_FIRST)
                      .build());
      all.addAll(page.getMessagesList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }

  private Map<String, Run> runs(Channel channel) {
    ListRunsResponse page =
        RunServiceGrpc.newBlockingStub(channel)
            .listRuns(
                ListRunsRequest.newBuilder()
                    .setAgentId(agentId)
                    .setSessionId(sessionId)
                    .setPageSize(1_000)
                    .build());
    Map<String, Run> byId = new HashMap<>();
    page.getRunsList().forEach(run -> byId.put(run.getRunId(), run));
    return byId;
  }

  private static void assertAborted(StatusRuntimeException e) {
    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
  }
}
