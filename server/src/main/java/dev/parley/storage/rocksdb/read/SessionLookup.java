package dev.parley.storage.rocksdb.read;

import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.codec.StoredSession;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.RowReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds a session by a reference. */
public final class SessionLookup {
  private SessionLookup() {}

  /**
   * The session that a reference names, or null.
   *
   * @param source a snapshot, or the batch of the thread that writes for the agent
   */
  public static @Nullable Session find(RowReader source, SessionRef ref) {
    byte[] row = rowOf(source, ref);
    Session session = row == null ? null : SessionRowReads.find(source, row);
    return session != null && ref.matches(session) ? session : null;
  }

  /** The row of the session that a reference names, or null. The source may be any. */
  public static @Nullable StoredSession findRow(RowReader source, SessionRef.ById ref) {
    byte[] row = Keys.session(ref.agentId(), ref.sessionId());
    byte[] value = source.get(ColumnFamily.SESSIONS, row);
    StoredSession stored = value == null ? null : SessionRecords.toSession(row, value);
    return stored != null && ref.matches(stored.session()) ? stored : null;
  }

  private static byte @Nullable [] rowOf(RowReader source, SessionRef ref) {
    UUID sessionId =
        ref instanceof SessionRef.ByKey byKey
            ? findKeyHolder(source, ref.agentId(), byKey.key())
            : ((SessionRef.ById) ref).sessionId();
    return sessionId == null ? null : Keys.session(ref.agentId(), sessionId);
  }

  /** The sessions of an agent with these ids. Unknown ids are left out. */
  public static List<Session> find(RowReader snapshot, UUID agentId, Set<UUID> sessionIds) {
    List<byte[]> rows = sessionIds.stream().map(id -> Keys.session(agentId, id)).toList();
    List<Session> sessions = new ArrayList<>();
    for (Session session : SessionRowReads.findAll(snapshot, rows)) {
      if (session != null) {
        sessions.add(session);
      }
    }
    return sessions;
  }

  /** The active session that holds {@code key}, or null. */
  public static @Nullable UUID findKeyHolder(RowReader source, UUID agentId, String key) {
    byte[] value = source.get(ColumnFamily.INDEXES, IndexKeys.slot(agentId, key));
    return value == null ? null : Keys.toId(value);
  }
}
