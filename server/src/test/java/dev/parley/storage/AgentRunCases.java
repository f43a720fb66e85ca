package dev.parley.storage;

import static dev.parley.storage.Cancellation.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.Run;
import dev.parley.model.Run.State;
import dev.parley.model.Session;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.storage.run.AgentRunQuery;
import dev.parley.storage.run.RunPosition;
import dev.parley.storage.transfer.StoreTransfer;
import dev.parley.storage.transfer.StoredRun;
import dev.parley.storage.transfer.TransferableStore;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Lists of the runs of agents. */
abstract class AgentRunCases extends LeaseFixture {
  private static final Set<State> ALL = EnumSet.allOf(State.class);
  private static final Comparator<Run> NEWEST_FIRST =
      Comparator.comparing(RunPosition::of, RunPosition.NEWEST_FIRST);

  @Test
  void listRuns_ofOneAgent_newestFirstWithThoseOfArchivedSessions() {
    UUID agentId = newAgent().agentId();
    Session session = newSession(agentId);
    Session archived = newSession(agentId);
    Run first = create(session, "a", State.RUNNING, NOW);
    Run second = create(archived, "b", State.RUNNING, NOW.plusSeconds(1));
    Run third = create(session, "c", State.RUNNING, NOW.plusSeconds(2));
    create(newSession(), "of another agent", State.RUNNING, NOW);

    archive(archived);

    assertThat(list(agentId, ALL)).containsExactly(third, second, first);
    assertThat(list(UUID.randomUUID(), ALL)).isEmpty();
  }

  @Test
  void listRuns_sameCreateTime_bySessionThenNewestNumber() {
    UUID agentId = newAgent().agentId();
    Session low = newSession(agentId, new UUID(1, UUID.randomUUID().getLeastSignificantBits()));
    Session high = newSession(agentId, new UUID(-1, UUID.randomUUID().getLeastSignificantBits()));
    Run one = create(high, "1", State.RUNNING, NOW);
    Run two = create(low, "2", State.PENDING, NOW);
    Run three = create(low, "3", State.RUNNING, NOW);

    assertThat(list(agentId, ALL)).containsExactly(three, two, one);
    assertThat(list(agentId, EnumSet.of(State.RUNNING))).containsExactly(three, one);
    assertThat(inPages(agentId, null, ALL, 1)).containsExactly(three, two, one);
  }

  @Test
  void listRuns_afterChangesOfState_underTheNewStateOnly() {
    Session session = newSession();
    create(session, "run", State.PENDING, NOW);

    for (State next : List.of(State.RUNNING, State.COMPLETED)) {
      Run run = get(store().updateRun(ref(session, "run"), r -> r.withState(next, LATER)));

      for (State state : State.values()) {
        assertThat(list(session.agentId(), EnumSet.of(state)))
            .isEqualTo(state == next ? List.of(run) : List.of());
      }
    }
  }

  @Test
  void listRuns_afterChangesThatKeepTheState_asStored() {
    Session session = newSession();
    create(session, "run", State.RUNNING, NOW);
    Run.Report report = new Run.Report("model", null, null, null, Sessions.json("{}"));

    get(store().updateRun(ref(session, "run"), run -> run.withReport(report)));
    Run run = get(store().putContext(ref(session, "run"), List.of(Sessions.json("{\"a\":1}"))));
    appended(session, Sessions.draft("text"));

    assertThat(run.report()).isEqualTo(report);
    assertThat(list(session.agentId(), EnumSet.of(State.RUNNING))).containsExactly(run);
  }

  @Test
  void listRuns_interruptedAndExpired_underTheirFinalStates() {
    Session session = newSession();
    start(session, "interrupted", RunConcurrency.ALLOW);
    get(create(session, "expired", LATER, RunConcurrency.INTERRUPT));
    Instant afterAll = LATER.plusSeconds(10);
    get(create(session, "last", afterAll, RunConcurrency.ALLOW));

    // The lease of the first run had expired when the second one started.
    assertThat(list(session.agentId(), EnumSet.of(State.FAILED)))
        .extracting(Run::runId)
        .containsExactly("expired", "interrupted");
    get(create(session, "newest", afterAll.plusSeconds(1), RunConcurrency.INTERRUPT));
    assertThat(list(session.agentId(), EnumSet.of(State.CANCELLED)))
        .extracting(Run::runId)
        .containsExactly("last");
    assertThat(list(session.agentId(), EnumSet.of(State.RUNNING)))
        .containsExactly(run(session, "newest"));
  }

  @Test
  void listRuns_withALease_haveIt() {
    Session session = newSession();
    Run run = start(session, "run", RunConcurrency.ALLOW);

    assertThat(run.lease()).isNotNull();
    assertThat(list(session.agentId(), EnumSet.of(State.RUNNING))).containsExactly(run);
  }

  @Test
  void listRuns_ofAnOwner_ofAllItsAgentsAndNoOther() {
    String owner = Agents.owner();
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Agent agent = get(store().createAgent(Agents.of(owner), AuditContexts.any()));
      Session session = newSession(agent.agentId());
      runs.add(create(session, "a", State.RUNNING, NOW.plusSeconds(i)));
      runs.add(create(session, "b", State.FAILED, NOW.plusSeconds(10 - i)));
    }
    create(newSession(), "of another owner", State.RUNNING, NOW);
    runs.sort(NEWEST_FIRST);

    assertThat(inPages(null, owner, ALL, 2)).isEqualTo(runs);
    assertThat(inPages(null, owner, EnumSet.of(State.FAILED), 2))
        .isEqualTo(runs.stream().filter(run -> run.state() == State.FAILED).toList());
    assertThat(inPages(null, Agents.owner(), ALL, 2)).isEmpty();
    UUID other = runs.get(0).agentId();
    assertThat(inPages(other, Agents.owner(), ALL, 2)).isEmpty();
    assertThat(inPages(other, owner, ALL, 9)).hasSize(2);
  }

  @Test
  void listRuns_afterDeletions_withoutTheirRuns() {
    String owner = Agents.owner();
    UUID agentId = get(store().createAgent(Agents.of(owner), AuditContexts.any())).agentId();
    UUID deletedId = get(store().createAgent(Agents.of(owner), AuditContexts.any())).agentId();
    Session session = newSession(agentId);
    Session deleted = newSession(agentId);
    Run stays = create(session, "stays", State.RUNNING, NOW);
    for (int i = 0; i < 3; i++) {
      create(deleted, "goes " + i, State.values()[i], NOW.plusSeconds(i));
      create(newSession(deletedId), "goes", State.RUNNING, NOW.plusSeconds(i));
    }

    get(delete(deleted));
    get(store().deleteAgent(deletedId, AuditContexts.any()));

    assertThat(inPages(null, owner, ALL, 1)).containsExactly(stays);
    assertThat(list(deletedId, ALL)).isEmpty();

    Session again = newSession(agentId, deleted.sessionId());
    Run first = create(again, "again", State.RUNNING, NOW);
    assertThat(list(agentId, ALL)).containsExactlyInAnyOrder(stays, first);
  }

  @Test
  void listRuns_bytes_endAfterTheRunThatPassesTheBound() {
    Session session = newSession();
    for (int i = 0; i < 4; i++) {
      create(session, "run " + i, State.values()[i], NOW);
    }
    long each = run(session, "run 1").bytes();

    assertThat(within(session, 0)).hasSize(1);
    assertThat(within(session, each)).hasSize(2);
    assertThat(within(session, 2 * each - 1)).hasSize(2);
    assertThat(within(session, 9 * each)).hasSize(4);
  }

  private List<Run> within(Session session, long bytesMax) {
    AgentRunQuery query = new AgentRunQuery(session.agentId(), null, ALL, null, 9, bytesMax);
    return get(store().listRuns(query, NONE));
  }

  /** More runs than are read at once, with equal times, compared with the sorted runs. */
  @Test
  void listRuns_manyRuns_everyPageOfEverySetOfStatesIsComplete() {
    String owner = Agents.owner();
    Random random = new Random(42);
    List<Run> runs = new ArrayList<>();
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      UUID agentId = get(store().createAgent(Agents.of(owner), AuditContexts.any())).agentId();
      sessions.add(newSession(agentId));
      sessions.add(newSession(agentId));
    }
    for (int i = 0; i < 120; i++) {
      Session session = sessions.get(random.nextInt(sessions.size()));
      State state = State.values()[random.nextInt(State.values().length)];
      runs.add(create(session, "run " + i, state, NOW.plusSeconds(random.nextInt(20))));
    }
    runs.sort(NEWEST_FIRST);
    UUID agentId = sessions.get(0).agentId();

    for (Set<State> states :
        List.of(ALL, EnumSet.of(State.FAILED), EnumSet.of(State.PENDING, State.RUNNING))) {
      List<Run> expected = runs.stream().filter(run -> states.contains(run.state())).toList();
      assertThat(inPages(null, owner, states, 7)).isEqualTo(expected);
      assertThat(inPages(null, owner, states, 1_000)).isEqualTo(expected);
      assertThat(inPages(agentId, null, states, 7))
          .isEqualTo(expected.stream().filter(run -> run.agentId().equals(agentId)).toList());
    }
  }

  /** A page reads on after runs of a session whose row is not written yet. */
  @Test
  void listRuns_duringACopy_withoutRunsOfMissingSessionsAndNotCutShort() {
    UUID agentId = newAgent().agentId();
    Session session = Sessions.of(agentId).withRun().withRun();
    List<StoredRun> runs = TransferData.runs(session);
    get(transfer().putRuns(agentId, runs));
    assertThat(list(agentId, ALL)).isEmpty();
    get(transfer().putSessions(agentId, List.of(session)));
    for (int i = 0; i < 3; i++) {
      get(transfer().putRuns(agentId, TransferData.runs(Sessions.of(agentId))));
    }

    List<Run> expected = List.of(runs.get(1).run(), runs.get(0).run());
    assertThat(list(agentId, ALL)).isEqualTo(expected);
    assertThat(inPages(agentId, null, ALL, 1)).isEqualTo(expected);
  }

  @Test
  void listRuns_copiedTwiceInDifferentStates_onceInTheLast() {
    UUID agentId = newAgent().agentId();
    Session session = Sessions.of(agentId).withRun().withRun();
    List<StoredRun> runs = TransferData.runs(session);
    Run changed = runs.get(1).run().withState(State.RUNNING, LATER);
    get(transfer().putRuns(agentId, runs));
    get(transfer().putRuns(agentId, List.of(new StoredRun(changed, List.of()))));
    get(transfer().putSessions(agentId, List.of(session)));
    assertThat(list(agentId, ALL)).containsExactly(changed, runs.get(0).run());

    Run.Ref ref = ref(session, changed.runId());
    Run ended = get(store().updateRun(ref, run -> run.withState(State.COMPLETED, LATER)));
    assertThat(list(agentId, ALL)).containsExactly(ended, runs.get(0).run());

    get(delete(session));
    assertThat(list(agentId, ALL)).isEmpty();
  }

  private StoreTransfer transfer() {
    return ((TransferableStore) store()).transfer();
  }

  @Test
  void query_withoutStates_isAFault() {
    assertThatThrownBy(() -> new AgentRunQuery(null, null, Set.of(), null, 1, NO_BYTES_MAX))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Session newSession(UUID agentId, UUID sessionId) {
    return get(store().createSession(Sessions.of(agentId, sessionId, "key " + sessionId, NOW)));
  }

  private Run create(Session session, String runId, State state, Instant createTime) {
    return get(store().createRun(Sessions.ref(session), run(session, runId, state, createTime)));
  }

  private List<Run> list(UUID agentId, Set<State> states) {
    AgentRunQuery query = new AgentRunQuery(agentId, null, states, null, 100, NO_BYTES_MAX);
    return get(store().listRuns(query, NONE));
  }

  private List<Run> inPages(UUID agentId, String owner, Set<State> states, int limit) {
    List<Run> all = new ArrayList<>();
    RunPosition after = null;
    while (true) {
      AgentRunQuery query = new AgentRunQuery(agentId, owner, states, after, limit, NO_BYTES_MAX);
      List<Run> page = get(store().listRuns(query, NONE));
      all.addAll(page);
      if (page.size() < limit) {
        return all;
      }
      after = RunPosition.of(page.get(limit - 1));
    }
  }
}
