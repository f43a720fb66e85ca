package dev.parley.storage.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.storage.Append;
import dev.parley.storage.Store;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.FaultyStore;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import dev.parley.testing.memory.InMemoryStore;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NotifyingStoreTest {
  private final SessionNotices notices = new SessionNotices(Runnable::run);
  private final FaultyStore faults = new FaultyStore();
  private final Store store =
      new NotifyingStore(faults.around(new InMemoryStore()), List.of(notices));
  private final Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
  private final Session session = store.createSession(Sessions.of(agent.agentId())).join();
  private final SessionRef.ById ref = Sessions.ref(session);
  private final SessionRef.ByKey key = new SessionRef.ByKey(session.agentId(), session.key(), null);
  private final AtomicInteger calls = new AtomicInteger();

  NotifyingStoreTest() {
    notices.watch(SessionId.of(session), calls::incrementAndGet);
  }

  private void assertNotice(Function<Store, CompletableFuture<?>> write) {
    int before = calls.get();
    write.apply(store).join();
    // The store may tell its caller first.
    Waiting.until(() -> calls.get() == before + 1, () -> before + " notices, then " + calls);
  }

  private static Append append(SessionRef ref) {
    return new Append(ref, null, OptionalLong.empty(), List.of(Sessions.draft("m")), Instant.EPOCH);
  }

  @Test
  void everyChangeOfASession_isReported() {
    assertNotice(s -> s.append(append(ref)));
    assertNotice(s -> s.append(append(key)));
    assertNotice(s -> s.updateSession(ref, x -> x.withProfile(x.profile().withLabel("a"))));
    assertNotice(s -> s.updateSession(key, x -> x.withProfile(x.profile().withLabel("b"))));
    Run run =
        Run.create(
            session.agentId(),
            session.sessionId(),
            "run",
            Run.State.RUNNING,
            Run.Report.EMPTY,
            Instant.EPOCH);
    assertNotice(s -> s.createRun(ref, run, RunConcurrency.INTERRUPT));
    assertNotice(s -> s.updateRun(new Run.Ref(ref, "run"), x -> x));
    assertNotice(s -> s.putContext(new Run.Ref(ref, "run"), List.of()));
    assertNotice(
        s -> s.updateSession(ref, x -> x.withArchiveTime(Instant.EPOCH), AuditContexts.any()));
    assertNotice(s -> s.deleteSession(ref, x -> {}, AuditContexts.any()));
  }

  @Test
  void deletionOfTheAgent_isReported() {
    assertNotice(s -> s.deleteAgent(agent.agentId(), AuditContexts.any()));
  }

  @Test
  void writeOfUnknownOutcome_isReported() {
    faults.fail("append", new SessionException(ErrorReason.UNAVAILABLE, "Unknown."));

    assertThat(store.append(append(ref))).isCompletedExceptionally();

    assertThat(calls).hasValue(1);
  }

  /** Guards against a method that is not passed on, or to another method. */
  @Test
  void everyMethod_isPassedOnOnce() throws ReflectiveOperationException {
    List<Method> called = new ArrayList<>();
    Store recording =
        (Store)
            Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                  called.add(method);
                  if (method.getReturnType() == CompletableFuture.class) {
                    return new CompletableFuture<>();
                  }
                  return method.getReturnType() == boolean.class ? false : null;
                });
    Store notifying = new NotifyingStore(recording, List.of(notices));
    for (Method method : Store.class.getMethods()) {
      called.clear();
      Object[] arguments = new Object[method.getParameterCount()];
      for (int i = 0; i < arguments.length; i++) {
        Class<?> type = method.getParameterTypes()[i];
        arguments[i] =
            type == SessionRef.ById.class
                ? ref
                : type == Append.class
                    ? append(ref)
                    : type == Run.Ref.class ? new Run.Ref(ref, "run") : null;
      }
      method.invoke(notifying, arguments);
      assertThat(called).as(method.toString()).containsExactly(method);
    }
  }
}
