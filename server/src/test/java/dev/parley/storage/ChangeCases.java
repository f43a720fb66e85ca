package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.transfer.TransferableStore;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

abstract class ChangeCases extends StoreCases {

  @Test
  void eachWrite_addsOneEntry_inOrder() {
    Session session = newSession(newAgent().agentId());
    update(session, profile -> profile.withUser("a user"));
    appended(session, Sessions.draft("a"), Sessions.draft("b"));
    Message third = appended(session, Sessions.draft("c")).messages().get(0);
    String thirdId = third.draft().messageId();
    get(store().deleteMessage(Sessions.ref(session), thirdId, AuditContexts.any()));
    Run run = run(session);
    get(store().createRun(Sessions.ref(session), run));
    get(store().updateRun(ref(run), r -> r.withState(Run.State.COMPLETED, clock.instant())));
    get(store().putContext(ref(run), List.of(Sessions.json("{}"))));
    get(store().clearSession(Sessions.ref(session), s -> {}, AuditContexts.any()));
    archive(session);
    get(restore(session));
    get(delete(session));

    assertThat(changes(session.agentId()))
        .containsExactly(
            Change.ofSession(session),
            Change.ofSession(session),
            change(session, Change.Kind.APPENDED, 1, 2),
            change(session, Change.Kind.APPENDED, 3, 3),
            change(session, Change.Kind.MESSAGE_DELETED, 3, 3),
            Change.ofRun(run),
            Change.ofRun(run),
            Change.ofRun(run),
            Change.ofSession(session),
            Change.ofSession(session),
            Change.ofSession(session),
            new Change(
                ChangePosition.START,
                session.agentId(),
                session.sessionId(),
                Change.Kind.DELETED,
                0,
                0,
                null,
                "a user"));
  }

  @Test
  void append_thatCreatesTheSession_addsBoth() {
    Session session = Sessions.of(newAgent().agentId());
    get(store().append(making(session, OptionalLong.empty())));

    assertThat(changes(session.agentId()))
        .containsExactly(Change.ofSession(session), change(session, Change.Kind.APPENDED, 1, 1));
  }

  @Test
  void manyAppends_atOnce_addOneEntryEach() {
    UUID agentId = newAgent().agentId();
    List<Session> sessions = Stream.generate(() -> newSession(agentId)).limit(5).toList();
    List<CompletableFuture<?>> appends = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      for (Session session : sessions) {
        appends.add(store().append(append(session, Sessions.drafts(3))));
      }
      Session created = Sessions.of(agentId);
      appends.add(store().append(making(created, OptionalLong.empty())));
    }
    appends.forEach(StoreCases::get);

    Map<UUID, List<Change>> bySession =
        changes(agentId).stream().collect(Collectors.groupingBy(Change::sessionId));
    assertThat(bySession).hasSize(25);
    for (Session session : sessions) {
      List<Change> changes = bySession.remove(session.sessionId());
      assertThat(changes).hasSize(21).first().isEqualTo(Change.ofSession(session));
      for (int i = 1; i < changes.size(); i++) {
        assertThat(changes.get(i))
            .isEqualTo(change(session, Change.Kind.APPENDED, 3 * i - 2, 3 * i));
      }
    }
    assertThat(bySession.values())
        .allSatisfy(
            changes ->
                assertThat(changes)
                    .extracting(Change::kind)
                    .containsExactly(Change.Kind.SESSION, Change.Kind.APPENDED));
  }

  @Test
  void writes_thatFail_addNone() {
    Session session = newSession();
    Session archived = archive(newSession(session.agentId()));
    appended(session, Sessions.draft("id", "a"));
    List<Change> before = changes(session.agentId());
    Session taken = Sessions.of(session.agentId(), session.key());

    refused(ErrorReason.KEY_IN_USE, store().createSession(taken));
    refused(ErrorReason.SESSION_ARCHIVED, store().append(append(archived, Sessions.drafts(1))));
    refused(ErrorReason.STALE_SEQUENCE, store().append(expecting(session, 0, 1)));
    Message.Draft reused = Sessions.draft("id", "other");
    refused(ErrorReason.MESSAGE_ID_REUSED, store().append(append(session, List.of(reused))));
    refused(
        ErrorReason.SESSION_NOT_FOUND,
        store().append(append(Sessions.of(session.agentId()), Sessions.drafts(1))));
    refused(
        ErrorReason.MESSAGE_NOT_FOUND,
        store().deleteMessage(Sessions.ref(session), "unknown", AuditContexts.any()));
    refused(ErrorReason.RUN_NOT_FOUND, store().updateRun(ref(run(session)), r -> r));
    refused(ErrorReason.RUN_NOT_FOUND, store().putContext(ref(run(session)), List.of()));
    refused(ErrorReason.SESSION_ARCHIVED, store().createRun(Sessions.ref(archived), run(archived)));
    refused(
        ErrorReason.SESSION_ARCHIVED,
        store()
            .deleteSession(
                Sessions.ref(session),
                s -> {
                  throw new SessionException(ErrorReason.SESSION_ARCHIVED, "no");
                },
                AuditContexts.any()));

    assertThat(changes(session.agentId())).isEqualTo(before);
  }

  @Test
  void writes_thatChangeNothing_addNone() {
    Session session = newSession();
    Run run = run(session);
    get(store().createRun(Sessions.ref(session), run));
    appended(session, Sessions.draft("id", "a"));
    List<Change> before = changes(session.agentId());

    appended(session, Sessions.draft("id", "a"));
    update(session, profile -> profile);
    get(store().updateSession(Sessions.ref(session), s -> s, AuditContexts.any()));
    get(store().updateRun(ref(run), r -> r));
    get(store().rescheduleExpiry(session.agentId(), Set.of(session.sessionId())));

    assertThat(changes(session.agentId())).isEqualTo(before);
  }

  @Test
  void transfers_addNone() {
    Session session = newSession();
    List<Change> before = changes(session.agentId());
    TransferableStore copied = (TransferableStore) store();
    UUID agentId = session.agentId();

    get(copied.transfer().putSessions(agentId, List.of(Sessions.of(agentId))));
    get(copied.transfer().removeSessions(agentId, Set.of(session.sessionId())));

    assertThat(changes(agentId)).isEqualTo(before);
  }

  @Test
  void list_severalAgents_inOrderOfPositions_withoutOthers() {
    List<UUID> agents = Stream.generate(() -> newAgent().agentId()).limit(4).toList();
    List<UUID> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      UUID agentId = agents.get(i % 4);
      UUID sessionId = newSession(agentId).sessionId();
      if (i % 4 != 3) {
        expected.add(sessionId);
      }
    }

    Set<UUID> watched = Set.copyOf(agents.subList(0, 3));
    awaitReadable();

    ChangePage all = list(watched, ChangePosition.START, 100);
    assertThat(all.changes()).extracting(Change::sessionId).isEqualTo(expected);
    assertThat(all.changes()).extracting(Change::position).isSorted().doesNotHaveDuplicates();
    for (int limit : new int[] {1, 7, 29, 30, 31}) {
      assertThat(all(watched, limit)).as("pages of %s", limit).isEqualTo(all.changes());
    }
  }

  @Test
  void list_fullPage_continuesAtItsLastChange() {
    Session session = newSession();
    newSession(session.agentId());
    awaitReadable();
    Set<UUID> agent = Set.of(session.agentId());

    ChangePage first = list(agent, ChangePosition.START, 1);
    ChangePage second = list(agent, first.next(), 1);
    ChangePage end = list(agent, second.next(), 1);

    assertThat(first.changes()).hasSize(1);
    assertThat(first.next()).isEqualTo(first.changes().get(0).position());
    assertThat(second.changes()).hasSize(1);
    assertThat(second.next()).isEqualTo(second.changes().get(0).position());
    assertThat(end.changes()).isEmpty();
    assertThat(end.next()).isGreaterThan(second.next());
  }

  @Test
  void list_otherAgentsChange_advances() {
    Session session = newSession();
    Set<UUID> agent = Set.of(session.agentId());
    awaitReadable();
    ChangePosition before = list(agent, ChangePosition.START, 9).next();

    Change other = awaitReadable();

    ChangePage page = list(agent, before, 9);
    assertThat(page.changes()).isEmpty();
    assertThat(page.next()).isGreaterThanOrEqualTo(other.position()).isGreaterThan(before);
  }

  @Test
  void list_noAgents_isEmptyAndAdvances() {
    Change change = awaitReadable();

    ChangePage page = list(Set.of(), ChangePosition.START, 1);

    assertThat(page.changes()).isEmpty();
    assertThat(page.next()).isGreaterThanOrEqualTo(change.position());
    assertThat(list(Set.of(UUID.randomUUID()), ChangePosition.START, 1).changes()).isEmpty();
  }

  @Test
  void list_limitBelowOne_refused() {
    assertThatThrownBy(() -> new ChangeQuery(Set.of(), ChangePosition.START, 0))
        .hasMessage("The limit must be at least 1.");
    assertThatThrownBy(() -> new ChangePosition(-1)).hasMessage("A position must not be negative.");
  }

  @Test
  void list_positionThatWasNotReached_isTheLastOne() {
    Session session = newSession();
    awaitReadable();
    ChangePosition future = new ChangePosition(Long.MAX_VALUE);

    ChangePage page = list(Set.of(session.agentId()), future, 9);
    Session next = newSession(session.agentId());
    awaitReadable();

    assertThat(page.changes()).isEmpty();
    assertThat(page.next()).isLessThan(future);
    assertThat(list(Set.of(session.agentId()), page.next(), 9).changes())
        .extracting(Change::sessionId)
        .containsExactly(next.sessionId());
  }

  @Test
  void lastChange_isBeforeLaterChanges_andAfterThoseThatAreReadable() {
    Session session = newSession();
    awaitReadable();

    ChangePosition last = get(store().lastChange());
    appended(session, Sessions.draft("a"));
    awaitReadable();

    assertThat(list(Set.of(session.agentId()), last, 9).changes())
        .extracting(Change::kind)
        .containsExactly(Change.Kind.APPENDED);
  }

  @Test
  void deleteAgent_removesItsEntries_andANewAgentStartsEmpty() {
    Agent agent = newAgent();
    Session session = newSession(agent.agentId());
    Session other = newSession();
    ChangePosition position = awaitReadable().position();

    get(store().deleteAgent(agent.agentId(), AuditContexts.any()));
    assertThat(changes(agent.agentId())).isEmpty();
    assertThat(changes(other.agentId())).hasSize(1);
    get(store().createAgent(agent, AuditContexts.any()));
    assertThat(changes(agent.agentId())).isEmpty();
    get(store().createSession(session));
    awaitReadable();

    assertThat(list(Set.of(agent.agentId()), position, 9).changes())
        .extracting(Change::sessionId)
        .containsExactly(session.sessionId());
  }

  /** A reader that follows while others write receives each entry once, and in order. */
  @Test
  void followers_ofConcurrentWriters_missNothingAndSeeNothingTwice() throws Exception {
    int writers = 4;
    int rounds = 500;
    int sessionsPerWriter = 5;
    List<List<Session>> sessions = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      UUID agentId = newAgent().agentId();
      sessions.add(Stream.generate(() -> newSession(agentId)).limit(sessionsPerWriter).toList());
    }
    awaitReadable();
    Set<UUID> agents =
        sessions.stream().map(list -> list.get(0).agentId()).collect(Collectors.toSet());
    ChangePosition after = get(store().lastChange());
    List<CompletableFuture<?>> written = new ArrayList<>();
    for (List<Session> own : sessions) {
      written.add(CompletableFuture.runAsync(() -> appendRounds(own, rounds)));
    }

    int expected = writers * rounds * sessionsPerWriter;
    List<Change> seen = new ArrayList<>();
    while (seen.size() < expected) {
      ChangePage page = list(agents, after, 97);
      seen.addAll(page.changes());
      after = page.next();
    }
    written.forEach(CompletableFuture::join);
    awaitReadable();
    seen.addAll(list(agents, after, expected).changes());

    assertThat(seen).hasSize(expected);
    assertThat(seen).extracting(Change::position).isSorted().doesNotHaveDuplicates();
    Map<UUID, List<Long>> sequences = new HashMap<>();
    for (Change change : seen) {
      assertThat(change.kind()).isEqualTo(Change.Kind.APPENDED);
      sequences
          .computeIfAbsent(change.sessionId(), id -> new ArrayList<>())
          .add(change.firstSequence());
    }
    assertThat(sequences).hasSize(writers * sessionsPerWriter);
    assertThat(sequences.values())
        .allMatch(LongStream.rangeClosed(1, rounds).boxed().toList()::equals);
  }

  /** Appends to all sessions at once, and waits before each next round. */
  private void appendRounds(List<Session> sessions, int rounds) {
    for (int i = 0; i < rounds; i++) {
      sessions.stream()
          .map(session -> store().append(append(session, Sessions.drafts(1))))
          .toList()
          .forEach(StoreCases::get);
    }
  }

  /** The changes of an agent that were made so far, without their positions. */
  private List<Change> changes(UUID agentId) {
    awaitReadable();
    ChangePage page = list(Set.of(agentId), ChangePosition.START, 1_000);
    return page.changes().stream().map(change -> change.at(ChangePosition.START)).toList();
  }

  /** Waits until the changes so far can be read. Returns a change that was made after them. */
  private Change awaitReadable() {
    Session marker = newSession();
    while (true) {
      ChangePage page = list(Set.of(marker.agentId()), ChangePosition.START, 1);
      if (!page.changes().isEmpty()) {
        return page.changes().get(0);
      }
    }
  }

  private ChangePage list(Collection<UUID> agentIds, ChangePosition after, int limit) {
    ChangeQuery query = new ChangeQuery(Set.copyOf(agentIds), after, limit);
    return get(store().listChanges(query, Cancellation.NONE));
  }

  private List<Change> all(Set<UUID> agentIds, int limit) {
    List<Change> all = new ArrayList<>();
    ChangePage page = list(agentIds, ChangePosition.START, limit);
    while (!page.changes().isEmpty()) {
      assertThat(page.changes()).hasSizeLessThanOrEqualTo(limit);
      all.addAll(page.changes());
      page = list(agentIds, page.next(), limit);
    }
    return all;
  }

  private static Change change(Session session, Change.Kind kind, long first, long last) {
    return new Change(
        ChangePosition.START,
        session.agentId(),
        session.sessionId(),
        kind,
        first,
        last,
        null,
        null);
  }

  private void update(Session session, UnaryOperator<Session.Profile> change) {
    get(
        store()
            .updateSession(Sessions.ref(session), s -> s.withProfile(change.apply(s.profile()))));
  }

  private Run run(Session session) {
    return Run.create(
        session.agentId(),
        session.sessionId(),
        "run",
        Run.State.RUNNING,
        Run.Report.EMPTY,
        clock.instant());
  }

  private static Run.Ref ref(Run run) {
    return new Run.Ref(new SessionRef.ById(run.agentId(), run.sessionId(), null), run.runId());
  }
}
