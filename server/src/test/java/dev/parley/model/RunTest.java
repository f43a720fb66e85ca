package dev.parley.model;

import static dev.parley.testing.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Run.State;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  private static Run run(State state) {
    return Run.create(UUID.randomUUID(), UUID.randomUUID(), "run-1", state, Run.Report.EMPTY, NOW);
  }

  @Test
  void create_inEachState_hasItsTimes() {
    assertThat(run(State.PENDING).startTime()).isNull();
    assertThat(run(State.RUNNING).startTime()).isEqualTo(NOW);
    assertThat(run(State.RUNNING).endTime()).isNull();
    for (State state : EnumSet.range(State.COMPLETED, State.CANCELLED)) {
      assertThat(run(state).startTime()).isEqualTo(NOW);
      assertThat(run(state).endTime()).isEqualTo(NOW);
      assertThat(run(state).isFinal()).isTrue();
    }
  }

  @Test
  void state_mayBecome_forwardOnly() {
    for (State from : State.values()) {
      for (State to : State.values()) {
        boolean forward =
            switch (from) {
              case PENDING -> true;
              case RUNNING -> to != State.PENDING;
              default -> to == from;
            };
        assertThat(from.mayBecome(to)).as(from + " to " + to).isEqualTo(forward);
      }
    }
  }

  @Test
  void state_isFinal_onceItHasEnded() {
    assertThat(Set.of(State.values()))
        .filteredOn(State::isFinal)
        .containsExactlyInAnyOrder(State.COMPLETED, State.FAILED, State.CANCELLED);
  }

  @Test
  void withState_setsStartAndEnd() {
    Run running = run(State.PENDING).withState(State.RUNNING, NOW.plusSeconds(1));
    Run failed = running.withState(State.FAILED, NOW.plusSeconds(2));

    assertThat(running.startTime()).isEqualTo(NOW.plusSeconds(1));
    assertThat(failed.startTime()).isEqualTo(NOW.plusSeconds(1));
    assertThat(failed.endTime()).isEqualTo(NOW.plusSeconds(2));
  }

  @Test
  void withState_fromPendingToFinal_startsAndEndsAtOnce() {
    Run cancelled = run(State.PENDING).withState(State.CANCELLED, NOW.plusSeconds(1));

    assertThat(cancelled.startTime()).isEqualTo(NOW.plusSeconds(1));
    assertThat(cancelled.endTime()).isEqualTo(NOW.plusSeconds(1));
  }

  @Test
  void withState_clockSetBack_timesNeverDecrease() {
    Run running = run(State.PENDING).withState(State.RUNNING, NOW.minusSeconds(9));
    Run completed = run(State.RUNNING).withState(State.COMPLETED, NOW.minusSeconds(9));

    assertThat(running.startTime()).isEqualTo(NOW);
    assertThat(completed.endTime()).isEqualTo(NOW);
  }

  @Test
  void withState_sameState_isTheSameRun() {
    Run completed = run(State.COMPLETED);

    assertThat(completed.withState(State.COMPLETED, NOW.plusSeconds(1))).isSameAs(completed);
  }

  @Test
  void withState_backwards_fails() {
    assertThatThrownBy(() -> run(State.COMPLETED).withState(State.RUNNING, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("COMPLETED", "RUNNING");
  }

  @Test
  void bytes_countTheReportWithoutTheContext() {
    Run.Report report =
        new Run.Report("1234", json("{}"), json("{\"a\":1}"), "\u00e9", json("{ }"));
    Run run = run(State.PENDING);

    assertThat(run.bytes()).isEqualTo(Run.FIXED_BYTES + "run-1".length() + "{}".length());
    assertThat(run.withReport(report).bytes())
        .isEqualTo(Run.FIXED_BYTES + "run-1".length() + 4 + 2 + 7 + 2 + 3);
    assertThat(run.withContextBytes(1_000).bytes()).isEqualTo(run.bytes());
  }

  @Test
  void with_changesOneFieldAtATime() {
    Run run = run(State.RUNNING);

    assertThat(run.withNumber(7).number()).isEqualTo(7);
    assertThat(run.withNumber(7).withNumber(0)).isEqualTo(run);
    assertThat(run.withContextBytes(7).contextBytes()).isEqualTo(7);
    assertThat(run.withContextBytes(7).withContextBytes(0)).isEqualTo(run);
  }
}
