package dev.parley.storage.postgres.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.sql.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AgentBreakerTest {
  private static final Duration CALL_TIME_MAX = Duration.ofSeconds(20);

  private final AtomicLong nanos = new AtomicLong(-5);
  private final AgentBreaker breaker = new AgentBreaker(true, CALL_TIME_MAX, nanos::get);
  private final UUID agentId = UUID.randomUUID();

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static SessionException unavailable(Sql.Placement placement, String state) {
    return SqlErrors.unavailable(
        (SQLException) StatementException.of(new SQLException("gone", state), placement));
  }

  private void open() {
    assertThatThrownBy(
            () ->
                breaker.observe(
                    agentId,
                    () -> {
                      throw unavailable(Sql.Placement.AGENT, "08006");
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
  void statementTimeout_ofAReadOpensOnlyIfDistributed() {
    AgentBreaker plain = new AgentBreaker(false, CALL_TIME_MAX, nanos::get);
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
