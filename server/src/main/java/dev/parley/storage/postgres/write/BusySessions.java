package dev.parley.storage.postgres.write;

import dev.parley.model.Session;
import dev.parley.storage.postgres.table.BusySessionTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Limits the number of busy sessions that this server makes, because each list by update time reads
 * all busy sessions of its agents. See {@link BusySessionTable}.
 */
public final class BusySessions {
  /** The largest number of busy sessions of an agent. */
  public static final int PER_AGENT_MAX = 256;

  /** The largest number of busy sessions of all agents. */
  public static final int MAX = 65_536;

  /** Sessions that expire sooner after an append are not busy. */
  static final Duration TTL_MIN = Duration.ofDays(1);

  /** The time of the last append to each session, by agent and session. */
  private final Map<UUID, Map<UUID, Instant>> lastAppends = new HashMap<>();

  private int count;

  /**
   * Whether sessions may be busy, in the same order. Sessions with labels are not: the table of
   * labels has their update time, too.
   */
  synchronized boolean[] admit(Collection<Session> appended) {
    boolean[] admitted = new boolean[appended.size()];
    int i = 0;
    for (Session session : appended) {
      admitted[i++] = admit(session);
    }
    return admitted;
  }

  private boolean admit(Session session) {
    Duration ttl = session.profile().expiry().ttl();
    if (!session.profile().labels().isEmpty() || (ttl != null && ttl.compareTo(TTL_MIN) < 0)) {
      return false;
    }
    Map<UUID, Instant> ofAgent = lastAppends.getOrDefault(session.agentId(), Map.of());
    if (!ofAgent.containsKey(session.sessionId())) {
      if (count == MAX || ofAgent.size() == PER_AGENT_MAX) {
        return false;
      }
      ofAgent = lastAppends.computeIfAbsent(session.agentId(), id -> new HashMap<>());
      count++;
    }
    ofAgent.put(session.sessionId(), session.updateTime());
    return true;
  }

  /** Forgets sessions without an append since a time, so that others may be busy. */
  public synchronized void forgetIdle(Instant since) {
    lastAppends.values().forEach(each -> each.values().removeIf(time -> time.isBefore(since)));
    lastAppends.values().removeIf(Map::isEmpty);
    count = lastAppends.values().stream().mapToInt(Map::size).sum();
  }
}
