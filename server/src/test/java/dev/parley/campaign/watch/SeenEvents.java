package dev.parley.campaign.watch;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a watcher saw. Notes at once what comes twice, out of order, or from nowhere. {@link
 * WatchChecker} finds what is missing.
 */
final class SeenEvents {
  private final String name;
  private final WatchScope scope;
  private final WatchedSessions sessions;
  private final Map<String, SeenSession> seen = new ConcurrentHashMap<>();
  private final Map<String, Integer> starts = new ConcurrentHashMap<>();
  private final Set<String> deletedBefore = ConcurrentHashMap.newKeySet();
  private volatile boolean over;

  SeenEvents(String name, WatchScope scope, WatchedSessions sessions) {
    this.name = name;
    this.scope = scope;
    this.sessions = sessions;
  }

  String name() {
    return name;
  }

  WatchScope scope() {
    return scope;
  }

  List<WatchedSession> covered() {
    return sessions.all().stream().filter(scope::covers).toList();
  }

  SeenSession session(String id) {
    return seen.computeIfAbsent(id, made -> new SeenSession());
  }

  /** The sequence after which every message must be reported. */
  int start(String session) {
    return starts.getOrDefault(session, scope.after());
  }

  /** Whether the deletion of a session must be reported. A watch of one session can come late. */
  boolean reportsDeletion(String session) {
    return !deletedBefore.contains(session) && !over;
  }

  /** Whether the only session is gone. */
  boolean isOver() {
    return over;
  }

  /** Notes that a session had at most {@code head} messages when the watch began. */
  void start(WatchedSession session, int head) {
    starts.put(session.id, head);
    if (session.mayBeDeleted()) {
      deletedBefore.add(session.id);
    }
  }

  /** Notes the answer that the only session is not there. */
  void gone() {
    WatchedSession only = scope.session();
    if (only == null || !only.mayBeDeleted()) {
      sessions.found(name + " is told that its session is gone");
    }
    over = true;
  }

  void message(String id, int sequence, int number) {
    WatchedSession known = sessions.get(id);
    if (known == null || !scope.covers(known)) {
      sessions.found(name + " is sent a message of the session " + id);
      return;
    }
    known.place(sequence, number).ifPresent(wrong -> sessions.found(name + ", " + wrong));
    SeenSession session = session(id);
    synchronized (session) {
      if (session.sequences.get(sequence)) {
        sessions.found(name + ", session " + id + ": sees " + sequence + " twice");
      } else if (sequence < session.last()) {
        sessions.found(
            name + ", session " + id + ": sees " + sequence + " after " + session.last());
      }
      if (session.deletions > 0) {
        sessions.found(name + ", session " + id + ": sees a message after the deletion");
      }
      session.sequences.set(sequence);
    }
  }

  void state(String id, long head, boolean archived) {
    SeenSession session = session(id);
    synchronized (session) {
      if (head < session.head) {
        sessions.found(name + ": the state of " + id + " goes back");
      }
      session.head = head;
      session.archived = archived;
    }
  }

  void deleted(String id) {
    WatchedSession known = sessions.get(id);
    if (known != null && !known.mayBeDeleted()) {
      sessions.found(name + " sees a deletion of " + id + ", which nobody deleted");
    }
    SeenSession session = session(id);
    synchronized (session) {
      if (++session.deletions > 1) {
        sessions.found(name + " sees the deletion of " + id + " twice");
      }
    }
    over = scope.session() != null;
  }
}
