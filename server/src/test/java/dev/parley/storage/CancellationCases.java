package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Reads whose callers cancel. */
abstract class CancellationCases extends StoreCases {
  private static final int MESSAGES = 2_000;
  private static final int MORE_THAN_THREADS = 64;

  /** Cancels at the nth check, as if the caller cancelled during the read. */
  private static final class AtLook implements Cancellation {
    private final int fireAt;
    private final AtomicInteger looks = new AtomicInteger();

    AtLook(int fireAt) {
      this.fireAt = fireAt;
    }

    @Override
    public boolean isCancelled() {
      return looks.incrementAndGet() >= fireAt;
    }

    @Override
    public void whenCancelled(Runnable action) {}
  }

  private static boolean isCancelled(CompletableFuture<?> future) {
    try {
      future.get(30, TimeUnit.SECONDS);
      return false;
    } catch (CancellationException e) {
      return true;
    } catch (ExecutionException e) {
      return e.getCause() instanceof CancellationException;
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyRead_alreadyCancelled_fails() {
    Session session = newSession();
    SessionRef.ById ref = Sessions.ref(session);
    SessionFilter filter = SessionFilter.ofAgent(session.agentId());
    CancellationSource gone = new CancellationSource();
    gone.cancel();

    List<CompletableFuture<?>> reads =
        List.of(
            store().findSession(ref, gone),
            store().findSession(Sessions.keyRef(session), gone),
            store().findSession(session.sessionId(), gone),
            store().findSessions(filter, session.key(), gone),
            store().findSessions(session.agentId(), Set.of(session.sessionId()), gone),
            store().findMessages(new MessageLookup(ref, Set.of("a"), Set.of(1L), 1), gone),
            store().listKeys(new KeyQuery(filter, null, 1, 1), gone),
            store()
                .listSessions(
                    new SessionQuery(filter, SessionOrder.UPDATE_TIME_DESC, null, 1), gone),
            store().listExpired(new ExpiredQuery(null, clock.instant(), null, 1), gone),
            store().listMessages(query(ref, true, 0, 1), gone),
            store().listRuns(new RunQuery(ref, true, 0, 1), gone),
            store().findRuns(ref, Set.of("run"), gone),
            store().findContexts(ref, Set.of("run"), gone),
            store().listAuditEntries(AuditQuery.all(null, 1), gone),
            store()
                .listChanges(
                    new ChangeQuery(Set.of(session.agentId()), ChangePosition.START, 1), gone),
            store().listAgents(new AgentQuery(null, null, 1), gone),
            store().listApiKeys(new ApiKeyQuery(null, null, 1), gone),
            store().snapshot(gone));

    assertThat(reads).allMatch(CancellationCases::isCancelled);
  }

  @Test
  void runningList_cancelled_stopsEarly() {
    Session session = newSession();
    get(store().append(append(session, Sessions.drafts(1_000))));
    get(store().append(append(session, Sessions.drafts(1_000))));
    MessageQuery all = query(Sessions.ref(session), false, 0, MESSAGES);
    AtLook never = new AtLook(Integer.MAX_VALUE);
    assertThat(get(store().listMessages(all, never)).orElseThrow().messages()).hasSize(MESSAGES);
    int looks = never.looks.get();
    assertThat(looks).isGreaterThan(MESSAGES / 64);

    AtLook half = new AtLook(looks / 2);

    assertThat(isCancelled(store().listMessages(all, half))).isTrue();
    assertThat(half.looks).hasValue(looks / 2);
  }

  @Test
  void runningLists_cancelledAtEachLook_allFail() {
    Agent agent = newAgent();
    for (int i = 0; i < 5; i++) {
      newSession(agent.agentId());
    }
    SessionFilter filter = new SessionFilter(null, agent.owner(), null, null);
    KeyQuery keys = new KeyQuery(filter, null, 9, NO_BYTES_MAX);
    SessionQuery sessions = new SessionQuery(filter, SessionOrder.UPDATE_TIME_DESC, null, 9);
    for (int look = 1; look <= 4; look++) {
      assertThat(isCancelled(store().listKeys(keys, new AtLook(look)))).isTrue();
      assertThat(isCancelled(store().listSessions(sessions, new AtLook(look)))).isTrue();
    }
  }

  @Test
  void cancel_afterCompletion_changesNothing() {
    Session session = newSession();
    CancellationSource cancellation = new CancellationSource();
    var read = store().findSession(session.sessionId(), cancellation);
    assertThat(get(read)).contains(session);

    cancellation.cancel();

    assertThat(get(read)).contains(session);
    assertThat(find(session)).isEqualTo(session);
  }

  /** Keeps all threads busy, so that later reads have to wait. */
  @Test
  void queuedRead_cancelled_isDropped() throws Exception {
    Session session = newSession();
    SessionQuery list =
        new SessionQuery(
            SessionFilter.ofAgent(session.agentId()), SessionOrder.UPDATE_TIME_DESC, null, 1);
    CountDownLatch release = new CountDownLatch(1);
    Cancellation holding = new Holding(Thread.currentThread(), release);
    List<CompletableFuture<List<Session>>> before = new ArrayList<>();
    for (int i = 0; i < MORE_THAN_THREADS; i++) {
      before.add(store().listSessions(list, holding));
    }
    CancellationSource cancellation = new CancellationSource();
    CompletableFuture<?> waiting = store().listSessions(list, cancellation);
    assertThat(waiting).isNotDone();

    cancellation.cancel();

    assertThat(waiting).isDone();
    assertThat(isCancelled(waiting)).isTrue();
    assertThat(before.get(MORE_THAN_THREADS - 1)).isNotDone();
    release.countDown();
    before.forEach(read -> assertThat(get(read)).containsExactly(session));
  }

  /** Makes reads block when they check it, except on the thread that submits them. */
  private record Holding(Thread caller, CountDownLatch release) implements Cancellation {
    @Override
    public boolean isCancelled() {
      try {
        if (Thread.currentThread() != caller) {
          release.await();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return false;
    }

    @Override
    public void whenCancelled(Runnable action) {}
  }
}
