package dev.parley.core.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Cancellation;
import dev.parley.storage.ChangeStore;
import dev.parley.storage.Store;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.live.SessionNotices;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import dev.parley.testing.memory.InMemoryStore;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Finds changes of other servers while watchers come and go. */
@Timeout(60)
class ChangePollerTest {
  private final Store store = new InMemoryStore();
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final SessionNotices notices = new SessionNotices(Runnable::run);

  @AfterEach
  void close() {
    executor.shutdownNow();
    store.close();
  }

  private UUID agent() {
    return store.createAgent(Agents.of("acme"), AuditContexts.any()).join().agentId();
  }

  /**
   * After the poller has collected the watched agents and before the store answers, a watch begins
   * and reads, and another server makes a change.
   */
  @Test
  void changeOfAnAgentThatIsWatchedSinceTheListBegan_isReported() throws Exception {
    UUID first = agent();
    UUID second = agent();
    Session session = store.createSession(Sessions.of(second)).join();
    AtomicReference<CountDownLatch> reached = new AtomicReference<>();
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch polls = new CountDownLatch(4);
    ChangeStore slow =
        new ChangeStore() {
          @Override
          public CompletableFuture<ChangePosition> lastChange() {
            if (go.getCount() == 0) {
              polls.countDown();
            }
            return store.lastChange();
          }

          @Override
          public CompletableFuture<ChangePage> listChanges(
              ChangeQuery query, Cancellation cancellation) {
            CountDownLatch waiting = reached.get();
            if (waiting == null || waiting.getCount() == 0) {
              return store.listChanges(query, cancellation);
            }
            waiting.countDown();
            return CompletableFuture.supplyAsync(
                () -> {
                  try {
                    go.await();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  return store.listChanges(query, cancellation).join();
                });
          }
        };
    CountDownLatch started = new CountDownLatch(1);
    try (var unused = notices.watchAgent(first, started::countDown)) {
      new ChangePoller(slow, store, notices, executor).start();
      started.await();
      CountDownLatch listing = new CountDownLatch(1);
      reached.set(listing);
      store.createSession(Sessions.of(first)).join();
      listing.await();

      AtomicInteger told = new AtomicInteger();
      notices.watch(SessionId.of(session), told::incrementAndGet);
      // Any change of the agent: the watch is told by the number in the log.
      store
          .deleteSession(
              new SessionRef.ById(second, session.sessionId(), null),
              current -> {},
              AuditContexts.any())
          .join();
      go.countDown();
      assertThat(polls.await(50, TimeUnit.SECONDS)).isTrue();
      assertThat(told).hasPositiveValue();
    }
  }

  /** The database loses its newest changes at a failover, and uses their numbers again. */
  @Test
  void changeAfterTheDatabaseReturnedToAnOlderState_isReported() throws Exception {
    UUID agentId = agent();
    Session session = store.createSession(Sessions.of(agentId)).join();
    long lost = 1_000_000;
    AtomicInteger polls = new AtomicInteger();
    CountDownLatch over = new CountDownLatch(3);
    ChangeStore failingOver =
        new ChangeStore() {
          @Override
          public CompletableFuture<ChangePosition> lastChange() {
            if (polls.incrementAndGet() == 1) {
              return CompletableFuture.completedFuture(
                  new ChangePosition(store.lastChange().join().number() + lost));
            }
            if (polls.get() == 2) {
              store.createSession(Sessions.of(agentId)).join();
            }
            over.countDown();
            return store.lastChange();
          }

          @Override
          public CompletableFuture<ChangePage> listChanges(
              ChangeQuery query, Cancellation cancellation) {
            return store.listChanges(query, cancellation);
          }
        };
    AtomicInteger told = new AtomicInteger();
    try (var unused = notices.watchAgent(agentId, told::incrementAndGet)) {
      new ChangePoller(failingOver, store, notices, executor).start();
      assertThat(over.await(50, TimeUnit.SECONDS)).isTrue();
      // One notice is that of the first poll.
      assertThat(told).hasValueGreaterThan(1);
    }
  }
}
