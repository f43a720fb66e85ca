package dev.parley.search.follow;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.search.SearchIndex;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.query.Cursor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares all sessions of a store with its index, in small steps. The first steps add what the
 * index lacks, and the last ones remove sessions that the store no longer has.
 */
final class Reconciliation {
  private static final long MESSAGES_MAX = 20_000;
  private static final int SESSIONS_MAX = 100;

  private final StoreReader store;
  private final SearchIndex index;
  private final Consumer<List<Session>> comparison;
  private final Deque<UUID> agents = new ArrayDeque<>();

  private @Nullable UUID lastAgent;
  private boolean agentsAtEnd;
  private @Nullable Cursor lastSession;
  private @Nullable SessionId lastIndexed;
  private long sessions;

  /**
   * Creates a reconciliation that has not begun.
   *
   * @param comparison compares sessions of one agent
   */
  Reconciliation(StoreReader store, SearchIndex index, Consumer<List<Session>> comparison) {
    this.store = store;
    this.index = index;
    this.comparison = comparison;
  }

  /** The number of compared sessions. */
  long sessions() {
    return sessions;
  }

  /**
   * Compares some sessions. All changes of the index must be published.
   *
   * @return whether more steps are needed
   */
  boolean step() {
    UUID agent = agent();
    if (agent != null) {
      compareSessions(agent);
      return true;
    }
    return removeUnknown();
  }

  /** The agent whose sessions are compared; null after the last one. */
  private @Nullable UUID agent() {
    if (agents.isEmpty() && !agentsAtEnd) {
      List<Agent> page = store.agents(lastAgent);
      page.forEach(agent -> agents.add(agent.agentId()));
      agentsAtEnd = page.isEmpty();
      lastAgent = agents.peekLast();
    }
    return agents.peekFirst();
  }

  private void compareSessions(UUID agent) {
    List<Session> page = store.sessions(agent, lastSession);
    if (page.isEmpty()) {
      agents.removeFirst();
      lastSession = null;
      return;
    }
    compareInParts(page);
    sessions += page.size();
    Session last = page.get(page.size() - 1);
    lastSession = new Cursor(last.updateTime(), last.sessionId());
  }

  /** An index may read all rows of a session, so sessions with many messages are compared alone. */
  private void compareInParts(List<Session> page) {
    List<Session> part = new ArrayList<>();
    long messages = 0;
    for (Session session : page) {
      if (messages + session.messageCount() > MESSAGES_MAX && !part.isEmpty()) {
        comparison.accept(List.copyOf(part));
        part.clear();
        messages = 0;
      }
      part.add(session);
      messages += session.messageCount();
    }
    comparison.accept(part);
  }

  private boolean removeUnknown() {
    List<SessionId> page = index.sessions(lastIndexed, SESSIONS_MAX);
    Map<UUID, Set<UUID>> byAgent = new HashMap<>();
    for (SessionId id : page) {
      byAgent.computeIfAbsent(id.agentId(), agent -> new HashSet<>()).add(id.sessionId());
      lastIndexed = id;
    }
    byAgent.forEach(
        (agent, ids) -> {
          Set<UUID> unknown = new HashSet<>(ids);
          for (Session session : store.sessions(agent, ids)) {
            if (!session.isArchived()) {
              unknown.remove(session.sessionId());
            }
          }
          unknown.forEach(id -> index.remove(new SessionId(agent, id)));
        });
    return !page.isEmpty();
  }
}
