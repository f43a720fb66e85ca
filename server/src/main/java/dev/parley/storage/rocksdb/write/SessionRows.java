package dev.parley.storage.rocksdb.write;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.codec.StoredSession;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes session rows with their index entries. */
public final class SessionRows {
  private final AgentAndKeyCache cache;

  public SessionRows(AgentAndKeyCache cache) {
    this.cache = cache;
  }

  /** Replaces {@code before}, null for a new session, with {@code after}. */
  public void put(Batch batch, @Nullable Session before, Session after) {
    Instant indexed = before == null ? null : expiryIndexTime(batch, before);
    Instant expireTime = after.effectiveExpireTime();
    // If the expiry moves later, the index entry stays. So an append does not rewrite it, and the
    // indexed time is a lower bound.
    boolean stays = indexed != null && expireTime != null && !indexed.isAfter(expireTime);
    put(batch, before, after, indexed, stays ? indexed : expireTime);
  }

  /** Sets the expiry index entry of a session to its present expire time. */
  public void rescheduleExpiry(Batch batch, Session session) {
    put(batch, session, session, expiryIndexTime(batch, session), session.effectiveExpireTime());
  }

  private void put(
      Batch batch,
      @Nullable Session before,
      Session after,
      @Nullable Instant indexedBefore,
      @Nullable Instant indexedAfter) {
    byte[] row = Keys.session(after.agentId(), after.sessionId());
    batch.put(ColumnFamily.SESSIONS, row, SessionRecords.ofSession(after, indexedAfter));
    putDetails(batch, row, before == null ? null : before.profile(), after.profile());
    move(
        batch,
        IndexKeys.expiryIndexKeys(after, indexedBefore),
        IndexKeys.expiryIndexKeys(after, indexedAfter));
    if (before == null) {
      batch.put(
          ColumnFamily.INDEXES, IndexKeys.location(after.sessionId()), Keys.ofId(after.agentId()));
    }
    move(batch, before == null ? List.of() : indexKeys(before), indexKeys(after));
    byte[] slot = IndexKeys.slot(after.agentId(), after.key());
    if (after.isArchived()) {
      if (before != null && !before.isArchived()) {
        batch.delete(ColumnFamily.INDEXES, slot);
      }
    } else if (before == null || before.isArchived()) {
      batch.put(ColumnFamily.INDEXES, slot, Keys.ofId(after.sessionId()));
    }
  }

  /** Writes the details of a session that are stored separately, unless they stay the same. */
  private static void putDetails(
      Batch batch, byte[] row, Session.@Nullable Profile before, Session.Profile after) {
    if (StoredSession.areDetailsSeparate(after)) {
      if (before == null || !StoredSession.haveSameDetails(before, after)) {
        batch.put(ColumnFamily.DETAILS, row, StoredSession.ofDetails(after));
      }
    } else if (before != null && StoredSession.areDetailsSeparate(before)) {
      batch.delete(ColumnFamily.DETAILS, row);
    }
  }

  /** The indexed time of a session in the expiry index; null if it is not in the index. */
  private static @Nullable Instant expiryIndexTime(Batch batch, Session session) {
    if (session.effectiveExpireTime() == null) {
      return null;
    }
    byte[] value =
        batch.get(ColumnFamily.SESSIONS, Keys.session(session.agentId(), session.sessionId()));
    return value == null ? null : SessionRecords.expiryIndexTime(value);
  }

  private static void move(Batch batch, List<byte[]> before, List<byte[]> after) {
    for (byte[] key : before) {
      if (!contains(after, key)) {
        batch.singleDelete(ColumnFamily.INDEXES, key);
      }
    }
    for (byte[] key : after) {
      if (!contains(before, key)) {
        batch.putKeyOnly(ColumnFamily.INDEXES, key);
      }
    }
  }

  private static boolean contains(List<byte[]> keys, byte[] key) {
    return keys.stream().anyMatch(each -> Arrays.equals(each, key));
  }

  /** The index keys of a session. */
  private List<byte[]> indexKeys(Session session) {
    Agent agent =
        Objects.requireNonNull(cache.agent(session.agentId()), "The session has no agent.");
    return IndexKeys.indexKeys(agent.owner(), session);
  }

  /** Removes a session with its messages and runs. */
  public void remove(Batch batch, Session session) {
    byte[] row = Keys.session(session.agentId(), session.sessionId());
    removeRow(batch, session);
    if (session.headSequence() > 0) {
      removeMessages(batch, row);
    }
    if (session.runCount() > 0) {
      RunRows.remove(batch, session);
    }
  }

  /** Removes a session row, without its messages and runs. */
  void removeRow(Batch batch, Session session) {
    removeIndexEntries(batch, session);
    byte[] row = Keys.session(session.agentId(), session.sessionId());
    batch.delete(ColumnFamily.SESSIONS, row);
    if (StoredSession.areDetailsSeparate(session.profile())) {
      batch.delete(ColumnFamily.DETAILS, row);
    }
    if (!session.isArchived()) {
      batch.delete(ColumnFamily.INDEXES, IndexKeys.slot(session.agentId(), session.key()));
    }
  }

  /** Removes the messages of the session with this row. */
  static void removeMessages(Batch batch, byte[] row) {
    batch.deletePrefix(ColumnFamily.MESSAGES, row);
    batch.deletePrefix(ColumnFamily.MESSAGE_IDS, row);
    batch.deletePrefix(ColumnFamily.RUN_MESSAGES, row);
  }

  /** Removes all index entries of a session. */
  void removeIndexEntries(Batch batch, Session session) {
    batch.delete(ColumnFamily.INDEXES, IndexKeys.location(session.sessionId()));
    move(batch, indexKeys(session), List.of());
    move(batch, IndexKeys.expiryIndexKeys(session, expiryIndexTime(batch, session)), List.of());
  }
}
