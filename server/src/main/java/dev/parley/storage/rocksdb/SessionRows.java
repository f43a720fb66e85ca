package dev.parley.storage.rocksdb;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The entries that a session has: its row, its key slot while active, its places in lists. */
final class SessionRows {
  private final AgentAndKeyCache cache;

  SessionRows(AgentAndKeyCache cache) {
    this.cache = cache;
  }

  static @Nullable Session find(RowReader source, SessionRef ref) {
    UUID agentId = ref.agentId();
    UUID sessionId;
    if (ref instanceof SessionRef.ByKey byKey) {
      sessionId = findKeyHolder(source, agentId, byKey.key());
    } else {
      sessionId = ((SessionRef.ById) ref).sessionId();
    }
    if (sessionId == null) {
      return null;
    }
    byte[] value = source.get(ColumnFamily.SESSIONS, Keys.session(agentId, sessionId));
    Session session = value == null ? null : Records.toSession(agentId, sessionId, value);
    return session != null && ref.matches(session) ? session : null;
  }

  /** The active session that holds {@code key}. */
  static @Nullable UUID findKeyHolder(RowReader source, UUID agentId, String key) {
    byte[] value = source.get(ColumnFamily.INDEXES, Keys.slot(agentId, key));
    return value == null ? null : Keys.toId(value);
  }

  /** Replaces {@code before}, null for none, by {@code after}, and answers that as it is stored. */
  Session put(Batch batch, @Nullable Session before, Session after) {
    Instant indexed = before == null ? null : expiryIndexTime(batch, before);
    Instant due = after.effectiveExpireTime();
    // Whoever is due later stays indexed until that is looked at: an append moves nothing.
    boolean stays = indexed != null && due != null && !indexed.isAfter(due);
    return put(batch, before, after, indexed, stays ? indexed : due);
  }

  /** Files a session under the time at which it is due. */
  void rescheduleExpiry(Batch batch, Session session) {
    put(batch, session, session, expiryIndexTime(batch, session), session.effectiveExpireTime());
  }

  private Session put(
      Batch batch,
      @Nullable Session before,
      Session after,
      @Nullable Instant indexed,
      @Nullable Instant due) {
    byte[] row = Keys.session(after.agentId(), after.sessionId());
    byte[] value = Records.ofSession(after, due);
    batch.put(ColumnFamily.SESSIONS, row, value);
    move(batch, expiryIndexKeys(after, indexed), expiryIndexKeys(after, due));
    if (before == null) {
      batch.put(ColumnFamily.INDEXES, Keys.location(after.sessionId()), Keys.ofId(after.agentId()));
    }
    move(batch, before == null ? List.of() : indexKeys(before), indexKeys(after));
    byte[] slot = Keys.slot(after.agentId(), after.key());
    if (after.isArchived()) {
      if (before != null && !before.isArchived()) {
        batch.delete(ColumnFamily.INDEXES, slot);
      }
    } else if (before == null || before.isArchived()) {
      batch.put(ColumnFamily.INDEXES, slot, Keys.ofId(after.sessionId()));
    }
    return Records.toSession(after.agentId(), after.sessionId(), value);
  }

  /** The time under which a session is filed as due; null if it is not. */
  private static @Nullable Instant expiryIndexTime(Batch batch, Session session) {
    if (session.effectiveExpireTime() == null) {
      return null;
    }
    byte[] value =
        batch.get(ColumnFamily.SESSIONS, Keys.session(session.agentId(), session.sessionId()));
    return value == null ? null : Records.expiryIndexTime(value);
  }

  private static List<byte[]> expiryIndexKeys(Session session, @Nullable Instant due) {
    return due == null
        ? List.of()
        : List.of(Keys.expiryIndex(due, session.sessionId(), session.agentId()));
  }

  private static void move(Batch batch, List<byte[]> before, List<byte[]> after) {
    for (byte[] place : before) {
      if (!contains(after, place)) {
        batch.singleDelete(ColumnFamily.INDEXES, place);
      }
    }
    for (byte[] place : after) {
      if (!contains(before, place)) {
        batch.putKeyOnly(ColumnFamily.INDEXES, place);
      }
    }
  }

  private static boolean contains(List<byte[]> places, byte[] place) {
    return places.stream().anyMatch(each -> Arrays.equals(each, place));
  }

  /** The places of a session in the lists that it is in. */
  private List<byte[]> indexKeys(Session session) {
    Agent agent = Objects.requireNonNull(cache.agent(session.agentId()), "No agent.");
    return indexKeys(agent.owner(), session);
  }

  static List<byte[]> indexKeys(String owner, Session session) {
    UUID agentId = session.agentId();
    UUID sessionId = session.sessionId();
    if (session.archiveTime() != null) {
      return List.of(Keys.indexEntry(Keys.archives(agentId), session.archiveTime(), sessionId));
    }
    String user = session.profile().user();
    String client = session.profile().client();
    List<byte[]> places = new ArrayList<>(3);
    places.add(Keys.indexEntry(Keys.recency(agentId), session.updateTime(), sessionId));
    if (client != null) {
      places.add(Keys.indexEntry(Keys.ofClient(agentId, client), session.updateTime(), sessionId));
    }
    if (user != null) {
      byte[] list = Keys.ofUser(owner, user, client == null ? "" : client);
      byte[] place = Keys.indexEntry(list, session.updateTime(), sessionId);
      places.add(Keys.join(place, Keys.ofId(agentId)));
    }
    return places;
  }

  /** Removes a session with its messages and runs. */
  void remove(Batch batch, Session session) {
    byte[] row = Keys.session(session.agentId(), session.sessionId());
    removeRow(batch, session);
    if (session.headSequence() > 0) {
      removeMessages(batch, row);
    }
    if (session.runCount() > 0) {
      removeRuns(batch, row);
    }
  }

  /** Removes a session, and leaves its messages and runs. */
  void removeRow(Batch batch, Session session) {
    removeIndexEntries(batch, session);
    batch.delete(ColumnFamily.SESSIONS, Keys.session(session.agentId(), session.sessionId()));
    if (!session.isArchived()) {
      batch.delete(ColumnFamily.INDEXES, Keys.slot(session.agentId(), session.key()));
    }
  }

  /** Removes the messages of the session with this row. */
  static void removeMessages(Batch batch, byte[] row) {
    batch.deletePrefix(ColumnFamily.MESSAGES, row);
    batch.deletePrefix(ColumnFamily.MESSAGE_IDS, row);
    batch.deletePrefix(ColumnFamily.RUN_MESSAGES, row);
  }

  /** Removes the runs of the session with this row. */
  static void removeRuns(Batch batch, byte[] row) {
    batch.deletePrefix(ColumnFamily.RUNS, row);
    batch.deletePrefix(ColumnFamily.RUN_IDS, row);
    batch.deletePrefix(ColumnFamily.CONTEXTS, row);
  }

  /** Takes a session out of all lists. */
  void removeIndexEntries(Batch batch, Session session) {
    batch.delete(ColumnFamily.INDEXES, Keys.location(session.sessionId()));
    move(batch, indexKeys(session), List.of());
    move(batch, expiryIndexKeys(session, expiryIndexTime(batch, session)), List.of());
  }
}
