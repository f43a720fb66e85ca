package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Snapshots: several reads of one state. */
abstract class SnapshotCases extends StoreCases {
  private static final AuditContext ACT = AuditContexts.any();

  private StoreSnapshot snapshot() {
    return get(store().snapshot(Cancellation.NONE));
  }

  @Test
  void everyRead_afterWrites_seesTheMomentOfTheSnapshot() {
    Agent agent = newAgent();
    Session session = newSession(agent.agentId());
    session = appended(session, Sessions.draft("a"), Sessions.draft("b")).session();
    SessionRef.ById ref = Sessions.ref(session);
    Run run =
        get(
            store()
                .createRun(
                    ref,
                    Run.create(
                        session.agentId(),
                        session.sessionId(),
                        "run",
                        Run.State.RUNNING,
                        Run.Report.EMPTY,
                        clock.instant())));
    List<Json> items = List.of(Sessions.json("{\"a\":1}"));
    run = get(store().putContext(new Run.Ref(ref, "run"), items));
    Session before = find(session);
    SessionFilter filter = new SessionFilter(null, agent.owner(), null, null);
    SessionQuery sessions = new SessionQuery(filter, SessionOrder.UPDATE_TIME_DESC, null, 10);
    KeyQuery keys = new KeyQuery(filter, null, 10, NO_BYTES_MAX);

    try (StoreSnapshot snapshot = snapshot()) {
      newSession(agent.agentId());
      appended(session, Sessions.draft("c"));
      get(store().putContext(new Run.Ref(ref, "run"), List.of()));
      get(store().deleteAgent(agent.agentId(), ACT));
      assertThat(get(store().listSessions(sessions, Cancellation.NONE))).isEmpty();

      assertThat(get(snapshot.listSessions(sessions))).containsExactly(before);
      assertThat(get(snapshot.listKeys(keys))).containsExactly(before.key());
      assertThat(
              texts(get(snapshot.listMessages(query(ref, false, 0, 9))).orElseThrow().messages()))
          .containsExactly("a", "b");
      SessionRef byKey = Sessions.keyRef(session);
      assertThat(get(snapshot.listMessages(query(byKey, true, 0, 9))).orElseThrow().session())
          .isEqualTo(before);
      assertThat(get(snapshot.listRuns(new RunQuery(ref, false, 0, 9))).orElseThrow().runs())
          .containsExactly(run);
      assertThat(get(snapshot.findRuns(ref, Set.of("run", "other"))).orElseThrow().runs())
          .containsExactly(run);
      assertThat(get(snapshot.findContexts(ref, Set.of("run"))).orElseThrow())
          .containsEntry("run", items);
    }
  }

  @Test
  void pages_whileWritesGoOn_areOneList() {
    Agent agent = newAgent();
    List<Session> made = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      made.add(0, newSession(agent.agentId()));
    }
    try (StoreSnapshot snapshot = snapshot()) {
      List<Session> read = new ArrayList<>();
      Cursor after = null;
      List<Session> page;
      do {
        SessionFilter filter = SessionFilter.ofAgent(agent.agentId());
        page =
            get(
                snapshot.listSessions(
                    new SessionQuery(filter, SessionOrder.UPDATE_TIME_DESC, after, 4)));
        for (Session session : page) {
          read.add(session);
          after = new Cursor(session.updateTime(), session.sessionId());
        }
        appended(made.get(20), Sessions.draft("moves"));
        get(delete(newSession(agent.agentId())));
        newSession(agent.agentId());
      } while (!page.isEmpty());
      assertThat(read).isEqualTo(made);
    }
  }

  @Test
  void unknownSession_empty() {
    SessionRef.ById ref = Sessions.ref(Sessions.of(newAgent().agentId()));
    try (StoreSnapshot snapshot = snapshot()) {
      assertThat(get(snapshot.listMessages(query(ref, true, 0, 1)))).isEmpty();
      assertThat(get(snapshot.listRuns(new RunQuery(ref, true, 0, 1)))).isEmpty();
      assertThat(get(snapshot.findRuns(ref, Set.of("r")))).isEmpty();
      assertThat(get(snapshot.findContexts(ref, Set.of("r")))).isEmpty();
    }
  }

  @Test
  void read_closed_cancelled() {
    SessionRef.ById ref = Sessions.ref(newSession());
    StoreSnapshot snapshot = snapshot();
    snapshot.close();
    snapshot.close();

    assertThatThrownBy(() -> get(snapshot.listMessages(query(ref, true, 0, 1))))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void read_cancelledSnapshot_cancelled() {
    SessionRef.ById ref = Sessions.ref(newSession());
    CancellationSource cancellation = new CancellationSource();
    StoreSnapshot snapshot = get(store().snapshot(cancellation));
    assertThat(get(snapshot.listMessages(query(ref, true, 0, 1)))).isPresent();

    cancellation.cancel();

    assertThatThrownBy(() -> get(snapshot.listMessages(query(ref, true, 0, 1))))
        .isInstanceOf(CancellationException.class);
  }

  /** More than any store keeps open at once, so each must release its resources. */
  @Test
  void openAndClose_oftenAndWhileReadsRun_releasesEach() {
    Session session = newSession();
    get(store().append(append(session, Sessions.drafts(200))));
    MessageQuery query = query(Sessions.ref(session), true, 0, 200);
    for (int i = 0; i < 100; i++) {
      StoreSnapshot snapshot = snapshot();
      CompletableFuture<?> read = snapshot.listMessages(query);
      snapshot.close();
      var unused = read.handle((page, failure) -> page).join();
    }
    try (StoreSnapshot snapshot = snapshot()) {
      assertThat(get(snapshot.listMessages(query))).isPresent();
    }
  }

  /** Slow readers of long lists do not delay single reads. */
  @Test
  void pages_whileSnapshotsAreHeld_areRead() {
    Session session = newSession();
    List<CancellationSource> readers = new ArrayList<>();
    List<CompletableFuture<StoreSnapshot>> held = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      CancellationSource reader = new CancellationSource();
      readers.add(reader);
      held.add(store().snapshot(reader));
    }

    assertThat(messages(session)).isEmpty();
    assertThat(find(session)).isEqualTo(session);

    readers.forEach(CancellationSource::cancel);
    held.forEach(
        opened -> {
          var unused = opened.handle((snapshot, failure) -> snapshot).join();
        });
    snapshot().close();
  }
}
