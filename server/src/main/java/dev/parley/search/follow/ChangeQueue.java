package dev.parley.search.follow;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.live.SessionId;
import dev.parley.storage.live.StoreListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Collects the changes of a store until they are indexed. It is bounded: if the messages take too
 * much memory, only their sessions are remembered, and if these are too many, only that changes are
 * missing. Thread-safe.
 */
public final class ChangeQueue implements StoreListener {
  private static final long BYTES_MAX = 16 << 20;

  /** About what an entry takes besides its messages. */
  private static final int ENTRY_BYTES = 500;

  private static final int SESSIONS_MAX = 100_000;

  private List<Changes.Appended> appends = new ArrayList<>();
  private List<Changes.Deleted> deletions = new ArrayList<>();
  private Set<SessionId> sessions = new HashSet<>();
  private Set<UUID> agents = new HashSet<>();
  private boolean incomplete;
  private long bytes;

  /** Has no effect: a new session has no messages. */
  @Override
  public void created(Session session) {}

  @Override
  public synchronized void appended(Session session, List<Message> messages) {
    if (messages.isEmpty()) {
      return;
    }
    long added = ENTRY_BYTES + messages.stream().mapToLong(Message::bytes).sum();
    if (bytes + added > BYTES_MAX) {
      changed(SessionId.of(session));
      return;
    }
    bytes += added;
    appends.add(new Changes.Appended(SessionId.of(session), session.profile().user(), messages));
  }

  @Override
  public synchronized void messageDeleted(SessionId session, long sequence) {
    if (deletions.size() < SESSIONS_MAX) {
      deletions.add(new Changes.Deleted(session, sequence));
    } else {
      changed(session);
    }
  }

  @Override
  public synchronized void changed(SessionId session) {
    if (sessions.size() < SESSIONS_MAX) {
      sessions.add(session);
    } else {
      incomplete = true;
    }
  }

  /** Has no effect: runs are not indexed. */
  @Override
  public void runChanged(SessionId session) {}

  @Override
  public synchronized void changedAgent(UUID agentId) {
    if (agents.size() < SESSIONS_MAX) {
      agents.add(agentId);
    } else {
      incomplete = true;
    }
  }

  @Override
  public synchronized void outcomeUnknown(UUID agentId) {
    incomplete = true;
  }

  /** Whether no change waits. */
  synchronized boolean isEmpty() {
    return appends.isEmpty()
        && deletions.isEmpty()
        && sessions.isEmpty()
        && agents.isEmpty()
        && !incomplete;
  }

  /** Removes and returns all changes. */
  synchronized Changes take() {
    Changes taken = new Changes(appends, deletions, sessions, agents, incomplete);
    appends = new ArrayList<>();
    deletions = new ArrayList<>();
    sessions = new HashSet<>();
    agents = new HashSet<>();
    incomplete = false;
    bytes = 0;
    return taken;
  }
}
