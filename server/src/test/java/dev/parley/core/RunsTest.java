package dev.parley.core;

import static dev.parley.core.CoreFixture.allPages;
import static dev.parley.core.CoreFixture.first;
import static dev.parley.core.CoreFixture.ref;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.lease.LeaseRequest;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.RunPager;
import dev.parley.model.ErrorReason;
import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.testing.Sessions;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunsTest {
  private static final Run.Report REPORT =
      new Run.Report("model", null, null, null, Json.EMPTY_OBJECT);

  private final CoreFixture core = new CoreFixture();
  private final Runs runs = core.runs;
  private final Session session = core.create(core.ada, "key");

  private Run start(String runId, Run.State state) {
    return runs.start(core.root, ref(session), runId, state, REPORT, LeaseRequest.NONE).join();
  }

  private Run.Ref named(String runId) {
    return new Run.Ref(ref(session), runId);
  }

  private Run.Ref hidden(String runId) {
    return new Run.Ref(core.bob.byId(core.agentId(), session.sessionId()), runId);
  }

  @Test
  void start_pending_hasNoTimesYet() {
    Run run = start("run-1", Run.State.PENDING);

    assertThat(run.number()).isEqualTo(1);
    assertThat(run.state()).isEqualTo(Run.State.PENDING);
    assertThat(run.report()).isEqualTo(REPORT);
    assertThat(run.createTime()).isEqualTo(core.now());
    assertThat(run.startTime()).isNull();
    assertThat(run.endTime()).isNull();
    assertThat(runs.get(core.root, named("run-1")).join()).isEqualTo(run);
  }

  @Test
  void start_running_hasStarted() {
    Run run = start("run-1", Run.State.RUNNING);

    assertThat(run.startTime()).isEqualTo(core.now());
    assertThat(run.endTime()).isNull();
  }

  @Test
  void start_withoutId_drawsOne() {
    assertThat(start(null, Run.State.PENDING).runId()).matches("run_[0-9a-f]{12}");
    assertThat(start("", Run.State.PENDING).runId()).matches("run_[0-9a-f]{12}");
    assertThat(runs.list(core.root, ref(session), false, Set.of(), first(9)).join().items())
        .extracting(Run::number)
        .containsExactly(1L, 2L);
  }

  @Test
  void start_sameId_refused() {
    start("run-1", Run.State.PENDING);

    assertReason(
        ErrorReason.RUN_EXISTS,
        () ->
            runs.start(
                core.root, ref(session), "run-1", Run.State.PENDING, REPORT, LeaseRequest.NONE));
  }

  @Test
  void start_archivedOrUnknownSession_refused() {
    core.archive(session);
    SessionRef.ById unknown = core.root.byId(core.agentId(), UUID.randomUUID());

    assertReason(
        ErrorReason.SESSION_ARCHIVED,
        () ->
            runs.start(
                core.root, ref(session), "run-1", Run.State.PENDING, REPORT, LeaseRequest.NONE));
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () ->
            runs.start(core.root, unknown, "run-1", Run.State.PENDING, REPORT, LeaseRequest.NONE));
  }

  @Test
  void update_stateMovesForward_setsTimes() {
    start("run-1", Run.State.PENDING);
    core.clock.advance();
    Run running = update("run-1", Run.State.RUNNING);
    core.clock.advance();
    Run completed = update("run-1", Run.State.COMPLETED);

    assertThat(running.startTime()).isEqualTo(core.now().minusSeconds(1));
    assertThat(running.endTime()).isNull();
    assertThat(completed.startTime()).isEqualTo(running.startTime());
    assertThat(completed.endTime()).isEqualTo(core.now());
  }

  private Run update(String runId, Run.State state) {
    return runs.update(core.root, named(runId), state, report -> report, OptionalLong.empty(), null)
        .join();
  }

  @Test
  void update_withoutState_changesTheReportOnly() {
    Run before = start("run-1", Run.State.RUNNING);
    Run.Report changed = new Run.Report("other", null, null, "error", Json.EMPTY_OBJECT);
    core.clock.advance();

    Run after =
        runs.update(core.root, named("run-1"), null, report -> changed, OptionalLong.empty(), null)
            .join();

    assertThat(after).isEqualTo(before.withReport(changed));
  }

  @ParameterizedTest
  @CsvSource({
    "RUNNING, PENDING",
    "COMPLETED, RUNNING",
    "COMPLETED, FAILED",
    "FAILED, COMPLETED",
    "CANCELLED, PENDING"
  })
  void update_stateThatGoesBackOrLeavesAFinalOne_refused(Run.State from, Run.State to) {
    Run before = start("run-1", from);

    SessionException failure =
        assertReason(
            ErrorReason.RUN_STATE_CONFLICT,
            () ->
                runs.update(
                    core.root, named("run-1"), to, report -> report, OptionalLong.empty(), null));

    assertThat(failure.metadata()).isEqualTo(Map.of("state", from.name()));
    assertThat(runs.get(core.root, named("run-1")).join()).isEqualTo(before);
  }

  @Test
  void update_sameState_isAccepted() {
    Run before = start("run-1", Run.State.COMPLETED);
    core.clock.advance();

    assertThat(update("run-1", Run.State.COMPLETED)).isEqualTo(before);
  }

  @Test
  void update_unknownRunOrHiddenSession_isNotFound() {
    start("run-1", Run.State.RUNNING);

    assertReason(
        ErrorReason.RUN_NOT_FOUND,
        () ->
            runs.update(
                core.root, named("other"), null, report -> report, OptionalLong.empty(), null));
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () ->
            runs.update(
                core.bob, hidden("run-1"), null, report -> report, OptionalLong.empty(), null));
  }

  @Test
  void get_unknownRunOrHiddenSession_isNotFound() {
    start("run-1", Run.State.RUNNING);

    assertReason(ErrorReason.RUN_NOT_FOUND, () -> runs.get(core.root, named("other")));
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> runs.get(core.bob, hidden("run-1")));
  }

  @Test
  void list_fromEitherEnd_inPages() {
    Run one = start("one", Run.State.PENDING);
    Run two = start("two", Run.State.RUNNING);
    Run three = start("three", Run.State.FAILED);

    for (int size = 1; size <= 4; size++) {
      assertThat(allPages(size, page -> runs.list(core.root, ref(session), false, Set.of(), page)))
          .containsExactly(one, two, three);
      assertThat(allPages(size, page -> runs.list(core.root, ref(session), true, Set.of(), page)))
          .containsExactly(three, two, one);
    }
  }

  @Test
  void list_inStates_fromEitherEnd_inPages() {
    Run one = start("one", Run.State.RUNNING);
    start("two", Run.State.FAILED);
    Run three = start("three", Run.State.PENDING);
    Run four = start("four", Run.State.RUNNING);
    start("five", Run.State.COMPLETED);
    Set<Run.State> open = Set.of(Run.State.PENDING, Run.State.RUNNING);

    for (int size = 1; size <= 4; size++) {
      assertThat(allPages(size, page -> runs.list(core.root, ref(session), false, open, page)))
          .containsExactly(one, three, four);
      assertThat(allPages(size, page -> runs.list(core.root, ref(session), true, open, page)))
          .containsExactly(four, three, one);
    }
    assertThat(
            runs.list(core.root, ref(session), true, Set.of(Run.State.CANCELLED), first(9)).join())
        .isEqualTo(new Page<>(List.of(), null));
  }

  @Test
  void list_inStates_examinesABoundedNumber() {
    Run one = start("one", Run.State.RUNNING);
    start("two", Run.State.FAILED);
    start("three", Run.State.FAILED);

    Page<Run> first = examineTwo(0);
    Page<Run> second = examineTwo(2);

    assertThat(first).isEqualTo(new Page<>(List.of(), "2"));
    assertThat(second).isEqualTo(new Page<>(List.of(one), null));
  }

  private Page<Run> examineTwo(long after) {
    return new RunPager(
            core.store,
            Cancellation.NONE,
            ref(session),
            true,
            Set.of(Run.State.RUNNING),
            core.now(),
            after,
            9,
            2)
        .read(Long::toString)
        .join();
  }

  @Test
  void list_inStates_tokenOfOtherStates_refused() {
    start("one", Run.State.PENDING);
    start("two", Run.State.PENDING);
    Set<Run.State> pending = Set.of(Run.State.PENDING);
    String token = runs.list(core.root, ref(session), true, pending, first(1)).join().nextToken();

    for (Set<Run.State> other : List.of(Set.<Run.State>of(), Set.of(Run.State.RUNNING))) {
      assertReason(
          ErrorReason.INVALID_PAGE_TOKEN,
          () -> runs.list(core.root, ref(session), true, other, new PageRequest(1, token)));
    }
  }

  @Test
  void list_hiddenSession_isNotFound() {
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () ->
            runs.list(
                core.bob, hidden("run-1").session(), true, Set.of(Run.State.RUNNING), first(9)));
    assertReason(
        ErrorReason.SESSION_NOT_FOUND,
        () -> runs.list(core.bob, hidden("run-1").session(), true, Set.of(), first(9)));
  }

  @Test
  void list_tokenOfAnotherOrder_refused() {
    start("one", Run.State.PENDING);
    start("two", Run.State.PENDING);
    String token = runs.list(core.root, ref(session), true, Set.of(), first(1)).join().nextToken();

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> runs.list(core.root, ref(session), false, Set.of(), new PageRequest(1, token)));
  }

  @Test
  void context_isWhatWasPut() {
    start("run-1", Run.State.RUNNING);
    List<Json> items = List.of(Sessions.json("{\"a\":1}"), Sessions.json("{}"));

    Run run = runs.putContext(core.root, named("run-1"), items).join();

    assertThat(run.contextBytes()).isEqualTo(9);
    assertThat(runs.context(core.root, named("run-1")).join()).isEqualTo(items);
    Run emptied = runs.putContext(core.root, named("run-1"), List.of()).join();
    assertThat(emptied.contextBytes()).isZero();
    assertThat(runs.context(core.root, named("run-1")).join()).isEmpty();
  }

  @Test
  void context_nothingPut_isEmpty() {
    start("run-1", Run.State.RUNNING);

    assertThat(runs.context(core.root, named("run-1")).join()).isEmpty();
  }

  @Test
  void context_unknownRunOrHiddenSession_isNotFound() {
    start("run-1", Run.State.RUNNING);

    assertReason(ErrorReason.RUN_NOT_FOUND, () -> runs.context(core.root, named("other")));
    assertReason(ErrorReason.SESSION_NOT_FOUND, () -> runs.context(core.bob, hidden("run-1")));
    assertReason(
        ErrorReason.RUN_NOT_FOUND, () -> runs.putContext(core.root, named("other"), List.of()));
  }

  @Test
  void putContext_archivedSession_refused() {
    start("run-1", Run.State.RUNNING);
    core.archive(session);

    assertReason(
        ErrorReason.SESSION_ARCHIVED, () -> runs.putContext(core.root, named("run-1"), List.of()));
  }

  @Test
  void update_etag_isChecked() {
    Run run = start("run-1", Run.State.RUNNING);
    Run.Report changed = new Run.Report("other", null, null, null, Json.EMPTY_OBJECT);

    Run updated = update(changed, run.etag()).join();

    assertThat(updated.etag()).isNotEqualTo(run.etag());
    assertThat(update(changed, run.etag()).join()).as("a retry").isEqualTo(updated);
    SessionException stale =
        assertReason(ErrorReason.ETAG_MISMATCH, () -> update(Run.Report.EMPTY, run.etag()));
    assertThat(stale.metadata()).containsEntry("etag", updated.etag());
    assertThat(update(Run.Report.EMPTY, "").join().report()).isEqualTo(Run.Report.EMPTY);
  }

  private CompletableFuture<Run> update(Run.Report report, String etag) {
    return runs.update(core.root, named("run-1"), null, old -> report, OptionalLong.empty(), etag);
  }
}
