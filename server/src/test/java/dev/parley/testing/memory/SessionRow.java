package dev.parley.testing.memory;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.rules.LeaseRules;
import dev.parley.storage.transfer.StoredRun;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A session with its messages and runs. Immutable.
 *
 * @param agentId the agent of the session
 * @param session null while a transfer has written messages or runs only
 * @param expiryIndexTime the time of the session in the expiry index; null if it is not in the
 *     index
 * @param messages the messages by sequence
 * @param runs the runs by number
 */
record SessionRow(
    UUID agentId,
    Session session,
    Instant expiryIndexTime,
    NavigableMap<Long, Message> messages,
    NavigableMap<Long, StoredRun> runs) {

  SessionRow {
    messages = Collections.unmodifiableNavigableMap(messages);
    runs = Collections.unmodifiableNavigableMap(runs);
  }

  static SessionRow empty(UUID agentId) {
    return new SessionRow(agentId, null, null, new TreeMap<>(), new TreeMap<>());
  }

  /**
   * Returns this row with another state of the session. If the session now expires later, its index
   * entry stays, because an append must not rewrite it.
   */
  SessionRow withSession(Session after) {
    boolean indexed = session != null && session.effectiveExpireTime() != null;
    Instant before = indexed ? expiryIndexTime : null;
    Instant expireTime = after.effectiveExpireTime();
    boolean stays = before != null && expireTime != null && !before.isAfter(expireTime);
    return new SessionRow(agentId, after, stays ? before : expireTime, messages, runs);
  }

  /** Returns this row with the present expire time of the session in the expiry index. */
  SessionRow rescheduled() {
    return new SessionRow(agentId, session, session.effectiveExpireTime(), messages, runs);
  }

  SessionRow withMessages(List<Message> added) {
    NavigableMap<Long, Message> all = new TreeMap<>(messages);
    added.forEach(message -> all.put(message.sequence(), message));
    return new SessionRow(agentId, session, expiryIndexTime, all, runs);
  }

  SessionRow withoutMessages() {
    return new SessionRow(agentId, session, expiryIndexTime, new TreeMap<>(), runs);
  }

  SessionRow withRun(StoredRun added) {
    NavigableMap<Long, StoredRun> all = new TreeMap<>(runs);
    all.put(added.run().number(), added);
    return new SessionRow(agentId, session, expiryIndexTime, messages, all);
  }

  Optional<StoredRun> run(String runId) {
    return runs.values().stream()
        .filter(each -> each.run().runId().equals(runId))
        .findFirst()
        .map(each -> new StoredRun(LeaseRules.leased(session, each.run()), each.context()));
  }
}
