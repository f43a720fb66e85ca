package dev.parley.core;

import static dev.parley.core.CoreFixture.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.append.NewMessage;
import dev.parley.core.lease.LeaseRequest;
import dev.parley.core.read.RunTurns;
import dev.parley.core.read.TranscriptQuery;
import dev.parley.core.read.Turn;
import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.testing.Sessions;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transcripts of one small session. {@link ChunkedHistoryTest} reads large ones. */
class TranscriptsTest {
  private static final long NO_BYTES_MAX = Long.MAX_VALUE;
  private static final List<Json> CONTEXT = List.of(Sessions.json("{\"a\":1}"));

  private final CoreFixture core = new CoreFixture();
  private final Session session = core.create(core.root, "key");
  private Run finished;
  private Run running;

  @BeforeEach
  void converse() {
    finished = start("finished", Run.State.COMPLETED);
    finished =
        core.runs.putContext(core.root, new Run.Ref(ref(session), "finished"), CONTEXT).join();
    running = start("running", Run.State.RUNNING);
    core.append(
        session,
        message(Role.USER, "finished"),
        message(Role.TOOL, "finished"),
        message(Role.ASSISTANT, "finished"),
        message(Role.USER, "running"),
        message(Role.ASSISTANT, "never created"),
        message(Role.ASSISTANT, null),
        message(Role.SYSTEM, null));
  }

  private Run start(String runId, Run.State state) {
    return core.runs
        .start(core.root, ref(session), runId, state, Run.Report.EMPTY, LeaseRequest.NONE)
        .join();
  }

  private static NewMessage message(Role role, String runId) {
    return new NewMessage(null, role, Content.text("text"), runId, Json.EMPTY_OBJECT);
  }

  private List<Turn> read(int limit, Predicate<Run> shown, boolean withContext, long bytesMax) {
    return core.transcripts
        .read(
            core.root,
            new TranscriptQuery(ref(session), limit, shown, withContext, run -> 0, bytesMax))
        .all()
        .join();
  }

  private static List<Long> sequences(List<Turn> turns) {
    return turns.stream().map(turn -> turn.message().sequence()).toList();
  }

  @Test
  void read_turnsOfUserAndAgentWithTheirRuns() {
    List<Turn> turns = read(Transcripts.NO_LIMIT, run -> true, false, NO_BYTES_MAX);

    assertThat(sequences(turns)).containsExactly(1L, 3L, 4L, 5L, 6L);
    assertThat(turns)
        .extracting(Turn::run)
        .containsExactly(finished, finished, running, null, null);
    assertThat(turns).allMatch(turn -> turn.context().isEmpty());
  }

  @Test
  void read_withContext_itGoesWithTheAgentsTurns() {
    assertThat(read(Transcripts.NO_LIMIT, run -> true, true, NO_BYTES_MAX))
        .extracting(Turn::context)
        .containsExactly(List.of(), CONTEXT, List.of(), List.of(), List.of());
  }

  @Test
  void read_limit_keepsTheNewest() {
    assertThat(sequences(read(2, run -> true, false, NO_BYTES_MAX))).containsExactly(5L, 6L);
  }

  @Test
  void read_shown_leavesOutTurnsOfOtherRuns() {
    assertThat(sequences(read(Transcripts.NO_LIMIT, Run::isFinal, false, NO_BYTES_MAX)))
        .containsExactly(1L, 3L, 5L, 6L);
  }

  @Test
  void read_bytes_endAtTheOldEnd() {
    List<Turn> all = read(Transcripts.NO_LIMIT, run -> true, false, NO_BYTES_MAX);
    long newestTwo = all.get(4).message().bytes() + all.get(3).message().bytes();

    assertThat(sequences(read(9, run -> true, false, newestTwo))).containsExactly(5L, 6L);
    assertThat(sequences(read(9, run -> true, false, newestTwo - 1))).containsExactly(6L);
    assertThat(sequences(read(9, run -> true, false, 1))).containsExactly(6L);
  }

  private List<RunTurns> runs(long offset, int limit) {
    return core.transcripts.runs(core.root, ref(session), offset, limit, NO_BYTES_MAX).all().join();
  }

  @Test
  void runs_withTheirMessagesOfEveryRole() {
    List<RunTurns> runs = runs(0, 9);

    assertThat(runs).extracting(RunTurns::run).containsExactly(finished, running);
    assertThat(runs.get(0).messages()).extracting(m -> m.sequence()).containsExactly(1L, 2L, 3L);
    assertThat(runs.get(1).messages()).extracting(m -> m.sequence()).containsExactly(4L);
  }

  @Test
  void runs_offsetAndLimit_countRuns() {
    assertThat(runs(1, 9)).extracting(RunTurns::run).containsExactly(running);
    assertThat(runs(0, 1)).extracting(RunTurns::run).containsExactly(finished);
    assertThat(runs(2, 9)).isEmpty();
  }
}
