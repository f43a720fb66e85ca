package dev.parley.campaign.watch;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The sessions that are watched, and what was found. Thread-safe. */
final class WatchedSessions {
  private static final int FINDINGS_MAX = 1_000;

  final AtomicLong acknowledged = new AtomicLong();
  final AtomicLong seen = new AtomicLong();
  private volatile boolean quiet;
  private final Map<String, WatchedSession> sessions = new ConcurrentHashMap<>();
  private final Queue<String> findings = new ConcurrentLinkedQueue<>();

  WatchedSession add(String agentId, String id) {
    WatchedSession session = new WatchedSession(agentId, id);
    sessions.put(id, session);
    return session;
  }

  @Nullable WatchedSession get(String id) {
    return sessions.get(id);
  }

  List<WatchedSession> all() {
    return List.copyOf(sessions.values());
  }

  /** Notes that nobody writes any more. */
  void setQuiet() {
    quiet = true;
  }

  boolean isQuiet() {
    return quiet;
  }

  void found(String finding) {
    if (findings.size() < FINDINGS_MAX) {
      findings.add(finding);
    }
  }

  List<String> findings() {
    return List.copyOf(findings);
  }
}
