package dev.parley.storage.live;

import dev.parley.model.Message;
import dev.parley.model.Session;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells watchers that a session, its messages or its runs may have changed. A notice is a hint: it
 * says which session to read, not what changed. Several changes can be one notice, and a notice can
 * come without a change. Thread-safe, and never blocks.
 *
 * <p>A change of a session that nobody watches costs one lookup. Watchers are called on the
 * executor, not on the thread that reports the change.
 */
public final class SessionNotices implements StoreListener {
  private static final Logger log = LoggerFactory.getLogger(SessionNotices.class);

  private final Executor executor;
  private final Map<SessionId, Set<Registration>> watched = new ConcurrentHashMap<>();
  private final Set<SessionId> changed = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean dispatching = new AtomicBoolean();

  /**
   * Creates an instance without watchers.
   *
   * @param executor calls the watchers; it should run one task at a time
   */
  public SessionNotices(Executor executor) {
    this.executor = executor;
  }

  /** A registered watcher. */
  public final class Registration implements AutoCloseable {
    private final SessionId session;
    private final Runnable watcher;

    private Registration(SessionId session, Runnable watcher) {
      this.session = session;
      this.watcher = watcher;
    }

    private void call() {
      try {
        watcher.run();
      } catch (Throwable e) {
        // Also an error must not keep the notices of other sessions.
        log.error("A watcher of a session failed.", e);
      }
    }

    /** Removes the watcher. A call that has started still ends. Repeated calls have no effect. */
    @Override
    public void close() {
      watched.computeIfPresent(
          session,
          (id, registrations) -> {
            registrations.remove(this);
            return registrations.isEmpty() ? null : registrations;
          });
    }
  }

  /**
   * Calls {@code watcher} after each change of a session that is committed from now on, until the
   * registration is closed. The session need not exist. The watcher must not block.
   */
  public Registration watch(SessionId session, Runnable watcher) {
    Registration registration = new Registration(session, watcher);
    watched.compute(
        session,
        (id, present) -> {
          Set<Registration> registrations =
              present == null ? ConcurrentHashMap.newKeySet() : present;
          registrations.add(registration);
          return registrations;
        });
    return registration;
  }

  /** The sessions that have watchers. A live view. */
  public Set<SessionId> watched() {
    return watched.keySet();
  }

  @Override
  public void appended(Session session, List<Message> messages) {
    changed(SessionId.of(session));
  }

  /** Has no effect: a wait ends with new messages only. */
  @Override
  public void messageDeleted(SessionId session, long sequence) {}

  @Override
  public void changed(SessionId session) {
    if (!watched.containsKey(session) || !changed.add(session)) {
      return;
    }
    if (dispatching.compareAndSet(false, true)) {
      try {
        executor.execute(this::dispatch);
      } catch (RejectedExecutionException e) {
        log.debug("A change was reported after the end of all watches.");
      }
    }
  }

  @Override
  public void runChanged(SessionId session) {
    changed(session);
  }

  /** The cost grows with the number of watched sessions. */
  @Override
  public void changedAgent(UUID agentId) {
    for (SessionId session : watched.keySet()) {
      if (session.agentId().equals(agentId)) {
        changed(session);
      }
    }
  }

  @Override
  public void outcomeUnknown(UUID agentId) {
    changedAgent(agentId);
  }

  private void dispatch() {
    // First, so that a change that the loop misses starts another dispatch.
    dispatching.set(false);
    for (SessionId session : changed) {
      // Removed before the watchers read, so that a later change is a notice of its own.
      changed.remove(session);
      Set<Registration> registrations = watched.get(session);
      if (registrations != null) {
        registrations.forEach(Registration::call);
      }
    }
  }
}
