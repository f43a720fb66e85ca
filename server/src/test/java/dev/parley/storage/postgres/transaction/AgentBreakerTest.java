package dev.parley.storage.postgres.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.sql.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AgentBreakerTest {
  private static final Duration CALL_TIME_MAX = Duration.ofSeconds(20);

  private final AtomicLong nanos = new AtomicLong(-5);
  private final Map<UUID, Integer> nodeOf = new HashMap<>();
  private final AgentNodes nodes = AgentNodes.of(this::find);
  private final AgentBreaker breaker = new AgentBreaker(nodes, CALL_TIME_MAX, nanos::get);
  private final UUID agentId = UUID.randomUUID();

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static SessionException unavailable(Sql.Placement placement, String state) {
    return SqlErrors.unavailable(
        (SQLException) StatementException.of(new SQLException("gone", state), placement));
  }

  private Map<UUID, Integer> find(Collection<UUID> agentIds) {
    Map<UUID, Integer> found = new HashMap<>(nodeOf);
    found.keySet().retainAll(agentIds);
    return found;
  }

  private void open() {
    open(agentId, "08006");
  }

  private void open(UUID agentId, String state) {
    assertThatThrownBy(
            () ->
                breaker.observe(
                    agentId,
                    () -> {
                      throw unavailable(Sql.Placement.AGENT, state);
                    }))
        .isInstanceOf(SessionException.class);
  }

  /** Runs a task on the calling thread. */
  private static <T> CompletableFuture<T> direct(Callable<T> task) {
    try {
      return CompletableFuture.completedFuture(task.call());
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Test
  void run_afterFailure_rejectsForOneToThreeSeconds() {
    Set<Integer> pauses = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      open();
      int tenths = 0;
      while (!breaker.admits(agentId)) {
        pass(Duration.ofMillis(100));
        tenths++;
      }
      pauses.add(tenths);
    }

    assertThat(pauses).hasSizeGreaterThan(5).allSatisfy(each -> assertThat(each).isBetween(10, 30));
  }

  @Test
  void run_rejected_unavailableAndNotRun() {
    open();

    assertThat(breaker.isClosed(agentId)).isFalse();
    assertThatThrownBy(
            () ->
                breaker
                    .run(
                        agentId,
                        () -> {
                          throw new AssertionError("Not rejected.");
                        },
                        AgentBreakerTest::direct)
                    .join())
        .cause()
        .isInstanceOfSatisfying(
            SessionException.class, e -> assertThat(e.reason()).isEqualTo(ErrorReason.UNAVAILABLE));
    assertThat(breaker.admits(UUID.randomUUID())).isTrue();
  }

  @Test
  void run_afterThePause_oneCallDecides() {
    open();
    pass(Duration.ofSeconds(3));

    assertThat(breaker.admits(agentId)).isTrue();
    assertThat(breaker.admits(agentId)).isFalse();
    open();
    assertThat(breaker.admits(agentId)).isFalse();
    pass(Duration.ofSeconds(3));
    assertThat(breaker.run(agentId, () -> 7, AgentBreakerTest::direct).join()).isEqualTo(7);

    assertThat(breaker.isClosed(agentId)).isTrue();
  }

  @Test
  void run_theDecidingCallNeverEnds_anotherIsLetThrough() {
    open();
    pass(Duration.ofSeconds(3));
    assertThat(breaker.admits(agentId)).isTrue();

    pass(CALL_TIME_MAX.minusMillis(1));
    assertThat(breaker.admits(agentId)).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(breaker.admits(agentId)).isTrue();
  }

  @Test
  void run_theExecutorRejectsTheDecidingCall_anotherIsLetThroughSoon() {
    open();
    pass(Duration.ofSeconds(3));
    var unused =
        breaker.run(
            agentId,
            () -> 7,
            task -> CompletableFuture.failedFuture(new IllegalStateException("full")));

    pass(Duration.ofSeconds(3));
    assertThat(breaker.admits(agentId)).isTrue();
  }

  @Test
  void run_theDecidingCallIsCancelledInTheQueue_anotherIsLetThroughSoon() {
    nodeOf.put(agentId, 1);
    open();
    pass(Duration.ofSeconds(3));
    CompletableFuture<Integer> queued = new CompletableFuture<>();
    var unused = breaker.run(agentId, () -> 7, task -> queued);
    pass(Duration.ofSeconds(3));
    assertThat(breaker.admits(agentId)).isFalse();

    queued.cancel(false);

    pass(Duration.ofSeconds(3));
    assertThat(breaker.admits(agentId)).isTrue();
  }

  @Test
  void connectionFailure_rejectsAllAgentsOfTheNode_andOneCallDecides() {
    UUID neighbor = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    nodeOf.putAll(Map.of(agentId, 1, neighbor, 1, other, 2));
    nodes.learn(List.of(neighbor, other));

    open();

    assertThat(breaker.isClosed(neighbor)).isFalse();
    assertThat(breaker.admits(neighbor)).isFalse();
    assertThat(breaker.isClosed(other)).isTrue();
    pass(Duration.ofSeconds(3));
    assertThat(breaker.admits(neighbor)).isTrue();
    assertThat(breaker.admits(agentId)).isFalse();
    // A timeout instead of a failed connection does not close it either.
    open(neighbor, "57014");
    assertThat(breaker.admits(agentId)).isFalse();
    pass(Duration.ofSeconds(3));
    assertThat(breaker.run(agentId, () -> 7, AgentBreakerTest::direct).join()).isEqualTo(7);
    assertThat(breaker.isClosed(neighbor)).isTrue();
  }

  @Test
  void otherFailure_rejectsOneAgentOfTheNode() {
    UUID neighbor = UUID.randomUUID();
    nodeOf.putAll(Map.of(agentId, 1, neighbor, 1));
    nodes.learn(List.of(agentId, neighbor));

    open(agentId, "57014");

    assertThat(breaker.isClosed(agentId)).isFalse();
    assertThat(breaker.isClosed(neighbor)).isTrue();
  }

  @Test
  void run_agentWhoseNodeIsNotKnown_isLookedUpWhileANodeFails() {
    UUID neighbor = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    nodeOf.putAll(Map.of(agentId, 1, neighbor, 1, other, 2));
    open();

    assertThat(breaker.run(other, () -> 7, AgentBreakerTest::direct).join()).isEqualTo(7);
    CompletableFuture<Integer> rejected =
        breaker.runRead(
            neighbor,
            () -> {
              throw new AssertionError("Not rejected.");
            },
            AgentBreakerTest::direct);

    assertThatThrownBy(rejected::join).cause().isInstanceOf(SessionException.class);
    assertThat(nodes.of(neighbor)).isEqualTo(1);
  }

  @Test
  void run_openedWhileTheCallIsQueued_rejectsIt() {
    List<Callable<Integer>> queue = new ArrayList<>();
    var unused =
        breaker.<Integer>run(
            agentId,
            () -> {
              throw new AssertionError("Not rejected.");
            },
            task -> {
              queue.add(task);
              return new CompletableFuture<>();
            });
    open();

    assertThatThrownBy(() -> queue.get(0).call())
        .isInstanceOfSatisfying(
            SessionException.class, e -> assertThat(e.reason()).isEqualTo(ErrorReason.UNAVAILABLE));
    assertThat(breaker.isClosed(agentId)).isFalse();
  }

  @Test
  void learn_failing_leavesTheNodeUnknown() {
    AgentNodes failing =
        AgentNodes.of(
            agentIds -> {
              throw SqlErrors.unavailable();
            });

    failing.learn(List.of(agentId));

    assertThat(failing.of(agentId)).isNull();
    AgentNodes.none().learn(List.of(agentId));
    assertThat(AgentNodes.none().of(agentId)).isNull();
  }

  @Test
  void statementTimeout_ofAReadOpensOnlyIfDistributed() {
    AgentBreaker plain = new AgentBreaker(AgentNodes.none(), CALL_TIME_MAX, nanos::get);
    Callable<Integer> timeout =
        () -> {
          throw unavailable(Sql.Placement.AGENT, "57014");
        };
    for (AgentBreaker each : List.of(breaker, plain)) {
      assertThat(each.runRead(agentId, timeout, AgentBreakerTest::direct))
          .isCompletedExceptionally();
    }
    assertThat(breaker.isClosed(agentId)).isFalse();
    assertThat(plain.isClosed(agentId)).isTrue();

    assertThat(plain.run(agentId, timeout, AgentBreakerTest::direct)).isCompletedExceptionally();
    assertThat(plain.isClosed(agentId)).isFalse();
  }

  /** Locks, other tables and rejected statements say nothing about the rows of the agent. */
  @Test
  void observe_otherFailures_stayClosed() {
    for (RuntimeException failure :
        new RuntimeException[] {
          unavailable(Sql.Placement.AGENT, "55P03"),
          unavailable(Sql.Placement.LOCATION, "08006"),
          unavailable(Sql.Placement.DIRECTORY, "08006"),
          SqlErrors.unavailable(),
          new SessionException(ErrorReason.SESSION_NOT_FOUND, "no"),
          new IllegalStateException("rejected", new SQLException("x", "22000"))
        }) {
      assertThatThrownBy(
              () ->
                  breaker.observe(
                      agentId,
                      () -> {
                        throw failure;
                      }))
          .isSameAs(failure);
      assertThat(breaker.isClosed(agentId)).isTrue();
    }
  }

  @Test
  void open_forManyAgents_isBounded() {
    for (int i = 0; i < AgentBreaker.AGENTS_MAX + 10; i++) {
      UUID each = new UUID(0, i);
      assertThatThrownBy(
          () ->
              breaker.observe(
                  each,
                  () -> {
                    throw unavailable(Sql.Placement.AGENT, "08006");
                  }));
    }

    assertThat(breaker.isClosed(new UUID(0, AgentBreaker.AGENTS_MAX - 1))).isFalse();
    assertThat(breaker.isClosed(new UUID(0, AgentBreaker.AGENTS_MAX))).isTrue();
    pass(Duration.ofSeconds(3));
    open();
    assertThat(breaker.isClosed(agentId)).isFalse();
    assertThat(breaker.isClosed(new UUID(0, 0))).isTrue();
  }
}
