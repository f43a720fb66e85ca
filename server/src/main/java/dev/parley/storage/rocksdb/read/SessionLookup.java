package dev.parley.storage.rocksdb.read;

import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.RowReader;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds a session by a reference. */
public final class SessionLookup {
  private SessionLookup() {}

  public static @Nullable Session find(RowReader source, SessionRef ref) {
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
    Session session = value == null ? null : SessionRecords.toSession(agentId, sessionId, value);
    return session != null && ref.matches(session) ? session : null;
  }

  /** The active session that holds {@code key}, or null. */
  public static @Nullable UUID findKeyHolder(RowReader source, UUID agentId, String key) {
    byte[] value = source.get(ColumnFamily.INDEXES, IndexKeys.slot(agentId, key));
    return value == null ? null : Keys.toId(value);
  }
}
