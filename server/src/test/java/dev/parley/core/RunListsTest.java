package dev.parley.core;

import static dev.parley.core.CoreFixture.ref;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.auth.Caller;
import dev.parley.core.lease.LeaseRequest;
import dev.parley.core.lease.LeaseSweep;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.model.ErrorReason;
import dev.parley.model.Run;
import dev.parley.model.Run.State;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.lease.RunConcurrency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Lists of the runs of all sessions. */
class RunListsTest {
  private static final Set<State> ALL = Set.of();
  private static final LeaseRequest LEASE =
      new LeaseRequest(RunConcurrency.ALLOW, Duration.ofSeconds(10));

  private final CoreFixture core = new CoreFixture();
  private final Session session = core.create(core.ada, "key");

  private Run start(Session session, String runId, State state, LeaseRequest lease) {
    core.clock.advance();
    return core.runs.start(core.root, ref(session), runId, state, Run.Report.EMPTY, lease).join();
  }

  private Run start(Session session, String runId, State state) {
    return start(session, runId, state, LeaseRequest.NONE);
  }

  private Session create(UUID agentId) {
    return core.create(core.root, agentId, "key of " + agentId, Session.Profile.EMPTY);
  }

  private CompletableFuture<Page<Run>> read(
      Caller caller, UUID agentId, Set<State> states, int size, String token) {
    return core.runs.listOfAllSessions(caller, agentId, states, new PageRequest(size, token));
  }

  private Page<Run> page(Caller caller, UUID agentId, Set<State> states, int size, String token) {
    return read(caller, agentId, states, size, token).join();
  }

  private List<String> list(Caller caller, UUID agentId, Set<State> states) {
    return page(caller, agentId, states, 100, null).items().stream().map(Run::runId).toList();
  }

  @Test
  void list_eachCaller_seesTheRunsOfItsAgents() {
    start(session, "ours", State.RUNNING);
    start(create(core.sibling.agentId()), "sibling's", State.RUNNING);
    start(create(core.foreign.agentId()), "foreign", State.RUNNING);

    assertThat(list(core.root, null, ALL)).containsExactly("foreign", "sibling's", "ours");
    assertThat(list(core.master, null, ALL)).containsExactly("sibling's", "ours");
    assertThat(list(core.foreignMaster, null, ALL)).containsExactly("foreign");
    assertThat(list(core.agentKey, null, ALL)).containsExactly("ours");
    assertThat(list(core.root, core.agentId(), ALL)).containsExactly("ours");
    assertThat(list(core.master, core.sibling.agentId(), ALL)).containsExactly("sibling's");
  }

  @Test
  void list_user_refusedNamingTheField() {
    for (UUID agentId : new UUID[] {null, core.agentId()}) {
      SessionException failure =
          assertReason(ErrorReason.INVALID_FIELD, () -> read(core.ada, agentId, ALL, 10, null));
      assertThat(failure.violations().get(0).field()).isEqualTo("session_id");
    }
  }

  @Test
  void list_pages_completeAndBoundToTheQuery() {
    List<String> started = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      started.add(0, start(session, "run " + i, i == 3 ? State.FAILED : State.RUNNING).runId());
    }

    List<String> listed = new ArrayList<>();
    Page<Run> page = page(core.master, null, ALL, 3, null);
    page.items().forEach(run -> listed.add(run.runId()));
    String first = page.nextToken();
    while (page.nextToken() != null) {
      page = page(core.master, null, ALL, 3, page.nextToken());
      page.items().forEach(run -> listed.add(run.runId()));
    }

    assertThat(listed).isEqualTo(started);
    assertThat(page(core.master, null, EnumSet.allOf(State.class), 3, first).items()).hasSize(3);
    for (Set<State> other : List.of(Set.of(State.RUNNING), Set.of(State.RUNNING, State.FAILED))) {
      assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> read(core.master, null, other, 3, first));
    }
    assertReason(ErrorReason.INVALID_PAGE_TOKEN, () -> read(core.root, null, ALL, 3, first));
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN, () -> read(core.master, core.agentId(), ALL, 3, first));
  }

  @Test
  void list_expiredLease_failedInEachListAndUnderFailedOnceStored() {
    start(session, "leased", State.RUNNING, LEASE);
    start(session, "other", State.RUNNING);
    core.clock.advance(Duration.ofSeconds(11));

    assertThat(page(core.root, null, ALL, 9, null).items())
        .extracting(Run::state)
        .containsExactly(State.RUNNING, State.FAILED);
    assertThat(list(core.root, null, Set.of(State.RUNNING))).containsExactly("other");
    assertThat(list(core.root, null, Set.of(State.FAILED))).isEmpty();

    new LeaseSweep(core.store, core.clock).run(count -> {}, () -> true);

    assertThat(list(core.root, null, Set.of(State.RUNNING))).containsExactly("other");
    assertThat(list(core.root, null, Set.of(State.FAILED))).containsExactly("leased");
  }

  @Test
  void list_expiredLeases_leaveAPageShortAndTheNextComplete() {
    start(session, "last", State.RUNNING);
    start(session, "leased", State.RUNNING, LEASE);
    core.clock.advance(Duration.ofSeconds(11));

    Page<Run> empty = page(core.root, null, Set.of(State.RUNNING), 1, null);

    assertThat(empty.items()).isEmpty();
    assertThat(page(core.root, null, Set.of(State.RUNNING), 1, empty.nextToken()).items())
        .extracting(Run::runId)
        .containsExactly("last");
  }
}
