package dev.parley.storage.live;

import dev.parley.model.Message;
import dev.parley.model.Session;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Tells watchers that a session, or a session of an agent, may have changed. A notice is a hint: it
 * says what to read, not what changed. Several changes can be one notice, and a notice can come
 * without a change. Thread-safe, and never blocks.
 *
 * <p>Watchers are called on the executor, not on the thread that reports the change.
 */
public final class SessionNotices implements StoreListener {
  private final Notices<SessionId> sessions;
  private final Notices<UUID> agents;

  /** The only key is true. */
  private final Notices<Boolean> allAgents;

  /**
   * Creates an instance without watchers.
   *
   * @param executor calls the watchers; it should run one task at a time
   */
  public SessionNotices(Executor executor) {
    sessions = new Notices<>(executor);
    agents = new Notices<>(executor);
    allAgents = new Notices<>(executor);
  }

  /**
   * Calls {@code watcher} after each change of a session that is committed from now on, until the
   * registration is closed. The session need not exist. The watcher must not block.
   */
  public NoticeRegistration watch(SessionId session, Runnable watcher) {
    return sessions.watch(session, watcher);
  }

  /**
   * Calls {@code watcher} after each change of any session of an agent, as {@link #watch} does for
   * one session.
   *
   * @param agentId the agent; null for all agents
   */
  public NoticeRegistration watchAgent(@Nullable UUID agentId, Runnable watcher) {
    return agentId == null ? allAgents.watch(true, watcher) : agents.watch(agentId, watcher);
  }

  /** Whether there are watchers. */
  public boolean isWatched() {
    return !sessions.watched().isEmpty()
        || !agents.watched().isEmpty()
        || !allAgents.watched().isEmpty();
  }

  /** The agents that have watchers, or whose sessions have. */
  public Set<UUID> watchedAgents() {
    Set<UUID> watched = new HashSet<>(agents.watched());
    sessions.watched().forEach(session -> watched.add(session.agentId()));
    return watched;
  }

  /** Calls all watchers. */
  public void changedAll() {
    sessions.watched().forEach(sessions::changed);
    agents.watched().forEach(agents::changed);
    allAgents.changed(true);
  }

  /** Calls the watchers of all agents, because a session of an agent has changed. */
  public void changedAny() {
    allAgents.changed(true);
  }

  @Override
  public void created(Session session) {
    changed(SessionId.of(session));
  }

  @Override
  public void appended(Session session, List<Message> messages) {
    changed(SessionId.of(session));
  }

  @Override
  public void messageDeleted(SessionId session, long sequence) {
    changed(session);
  }

  @Override
  public void changed(SessionId session) {
    sessions.changed(session);
    agents.changed(session.agentId());
    allAgents.changed(true);
  }

  @Override
  public void runChanged(SessionId session) {
    changed(session);
  }

  /** The cost grows with the number of watched sessions. */
  @Override
  public void changedAgent(UUID agentId) {
    for (SessionId session : sessions.watched()) {
      if (session.agentId().equals(agentId)) {
        sessions.changed(session);
      }
    }
    agents.changed(agentId);
    allAgents.changed(true);
  }

  @Override
  public void outcomeUnknown(UUID agentId) {
    changedAgent(agentId);
  }
}
