package dev.parley.storage.postgres.write;

import dev.parley.model.Session;
import dev.parley.storage.postgres.table.BusySessionTable;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Limits the number of busy sessions that this server makes, because each list by update time reads
 * all busy sessions of its agents. See {@link BusySessionTable}. Each session with a recent append
 * counts.
 */
public final class BusySessions {
  /** The most sessions of an agent that may be busy. */
  public static final int PER_AGENT_MAX = 256;

  /** The most sessions of all agents that may be busy. */
  public static final int MAX = 65_536;

  /** The time of the last append to each session, by agent and session. */
  private final Map<UUID, Map<UUID, Instant>> lastAppends = new HashMap<>();

  private int count;

  /** Whether sessions may be busy after an append, in the same order. */
  synchronized boolean[] admit(Collection<Session> appended) {
    boolean[] admitted = new boolean[appended.size()];
    int i = 0;
    for (Session session : appended) {
      admitted[i++] = admit(session);
    }
    return admitted;
  }

  private boolean admit(Session session) {
    if (!BusySessionTable.mayBeBusy(session)) {
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
