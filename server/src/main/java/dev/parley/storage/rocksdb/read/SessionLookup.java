package dev.parley.storage.rocksdb.read;

import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
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

  /** The sessions of an agent with these ids. Unknown ids are left out. */
  public static List<Session> find(RowReader source, UUID agentId, Set<UUID> sessionIds) {
    List<UUID> ids = List.copyOf(sessionIds);
    List<byte[]> keys = ids.stream().map(id -> Keys.session(agentId, id)).toList();
    List<byte @Nullable []> values = source.getAll(ColumnFamily.SESSIONS, keys);
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i);
      if (value != null) {
        sessions.add(SessionRecords.toSession(agentId, ids.get(i), value));
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
