package dev.parley.storage.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Waiting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionNoticesTest {
  private final UUID agentId = UUID.randomUUID();
  private final SessionId session = new SessionId(agentId, UUID.randomUUID());
  private final SessionId other = new SessionId(agentId, UUID.randomUUID());

  /** Tasks run when the test says so. */
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  private final SessionNotices notices = new SessionNotices(tasks::add);
  private final AtomicInteger calls = new AtomicInteger();

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  @Test
  void changed_watched_callsTheWatcherOnTheExecutor() {
    try (NoticeRegistration registration = notices.watch(session, calls::incrementAndGet)) {
      notices.changed(session);
      assertThat(calls).hasValue(0);

      runTasks();
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void changed_notWatched_doesNothing() {
    notices.watch(other, calls::incrementAndGet);

    notices.changed(session);

    assertThat(tasks).isEmpty();
  }

  @Test
  void changed_severalTimesBeforeTheCall_isOneCall() {
    notices.watch(session, calls::incrementAndGet);

    notices.changed(session);
    notices.changed(session);
    runTasks();
    assertThat(calls).hasValue(1);

    notices.changed(session);
    runTasks();
    assertThat(calls).hasValue(2);
  }

  @Test
  void changed_duringTheCall_isAnotherCall() {
    notices.watch(
        session,
        () -> {
          if (calls.incrementAndGet() == 1) {
            notices.changed(session);
          }
        });

    notices.changed(session);
    runTasks();

    assertThat(calls).hasValue(2);
  }

  @Test
  void changedAgent_callsAllWatchersOfTheAgent() {
    List<String> called = new ArrayList<>();
    notices.watch(session, () -> called.add("session"));
    notices.watch(other, () -> called.add("other"));
    notices.watch(
        new SessionId(UUID.randomUUID(), session.sessionId()), () -> called.add("foreign"));

    notices.changedAgent(agentId);
    runTasks();

    assertThat(called).containsExactlyInAnyOrder("session", "other");
  }

  @Test
  void changed_callsTheWatchersOfItsAgent_andOfAllAgents() {
    List<String> called = new ArrayList<>();
    notices.watchAgent(agentId, () -> called.add("agent"));
    notices.watchAgent(UUID.randomUUID(), () -> called.add("foreign"));
    notices.watchAgent(null, () -> called.add("all"));

    notices.changed(session);
    runTasks();

    assertThat(called).containsExactlyInAnyOrder("agent", "all");
  }

  @Test
  void watchedAgents_areThoseOfWatchedSessionsToo() {
    UUID second = UUID.randomUUID();
    notices.watch(session, calls::incrementAndGet);
    notices.watchAgent(second, calls::incrementAndGet);
    notices.watchAgent(null, calls::incrementAndGet);

    assertThat(notices.watchedAgents()).containsExactlyInAnyOrder(agentId, second);
  }

  @Test
  void close_removesTheWatcherAndKeepsNothing() {
    NoticeRegistration registration = notices.watch(session, calls::incrementAndGet);
    NoticeRegistration second = notices.watch(session, calls::incrementAndGet);

    registration.close();
    registration.close();
    notices.changed(session);
    runTasks();
    assertThat(calls).hasValue(1);

    second.close();
    assertThat(notices.isWatched()).isFalse();
  }

  @Test
  void watcherThatFails_doesNotStopTheOthers() {
    for (int i = 0; i < 3; i++) {
      notices.watch(
          session,
          () -> {
            calls.incrementAndGet();
            throw new IllegalStateException("A fault of a watcher.");
          });
    }

    notices.changed(session);
    runTasks();

    assertThat(calls).hasValue(3);
  }

  @Test
  void changed_afterTheExecutorEnded_isIgnored() {
    SessionNotices ended =
        new SessionNotices(
            task -> {
              throw new RejectedExecutionException();
            });
    ended.watch(session, calls::incrementAndGet);

    ended.changed(session);

    assertThat(calls).hasValue(0);
  }

  @Test
  void changed_fromManyThreads_theLastChangeIsAlwaysSeen() throws InterruptedException {
    int threads = 4;
    int changes = 5_000;
    AtomicLong state = new AtomicLong();
    AtomicLong seen = new AtomicLong();
    ExecutorService live = Executors.newSingleThreadExecutor();
    ExecutorService writers = Executors.newFixedThreadPool(threads);
    try {
      SessionNotices busy = new SessionNotices(live);
      busy.watch(session, () -> seen.set(state.get()));
      for (int i = 0; i < threads; i++) {
        writers.execute(
            () -> {
              for (int change = 0; change < changes; change++) {
                state.incrementAndGet();
                busy.changed(session);
              }
            });
      }

      Waiting.until(
          () -> seen.get() == (long) threads * changes, () -> "the last change: " + seen.get());
    } finally {
      writers.shutdownNow();
      live.shutdownNow();
    }
  }
}
