package dev.parley.storage.rocksdb;

import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The entries that a session has: its row, its key slot while active, its place in one list. */
final class SessionRows {
  private static final byte[] NO_PLACE = new byte[0];

  private final Directory directory;

  SessionRows(Directory directory) {
    this.directory = directory;
  }

  static @Nullable Session find(Source source, SessionRef ref) {
    UUID agentId = ref.agentId();
    UUID sessionId;
    if (ref instanceof SessionRef.ByKey byKey) {
      sessionId = holder(source, agentId, byKey.key());
    } else {
      sessionId = ((SessionRef.ById) ref).sessionId();
    }
    if (sessionId == null) {
      return null;
    }
    byte[] value = source.get(Family.SESSIONS, Keys.session(agentId, sessionId));
    Session session = value == null ? null : Records.toSession(agentId, sessionId, value);
    return session != null && ref.admits(session) ? session : null;
  }

  /** The active session that holds {@code key}. */
  static @Nullable UUID holder(Source source, UUID agentId, String key) {
    byte[] value = source.get(Family.INDEXES, Keys.slot(agentId, key));
    return value == null ? null : Keys.toId(value);
  }

  /** Replaces {@code before}, null for none, by {@code after}, and answers that as it is stored. */
  Session put(Batch batch, @Nullable Session before, Session after) {
    byte[] row = Keys.session(after.agentId(), after.sessionId());
    byte[] value = Records.ofSession(after);
    batch.put(Family.SESSIONS, row, value);
    byte[] placeBefore = before == null ? NO_PLACE : Keys.place(before);
    byte[] place = Keys.place(after);
    if (!Arrays.equals(placeBefore, place)) {
      if (before != null) {
        batch.unmark(Family.INDEXES, placeBefore);
      }
      batch.mark(Family.INDEXES, place);
    }
    byte[] slot = Keys.slot(after.agentId(), after.key());
    if (after.isArchived()) {
      if (before != null && !before.isArchived()) {
        batch.delete(Family.INDEXES, slot);
      }
    } else if (before == null || before.isArchived()) {
      batch.put(Family.INDEXES, slot, Keys.ofId(after.sessionId()));
    }
    return Records.toSession(after.agentId(), after.sessionId(), value);
  }

  /** Removes a session with its messages. */
  void remove(Batch batch, Session session) {
    byte[] row = Keys.session(session.agentId(), session.sessionId());
    batch.delete(Family.SESSIONS, row);
    batch.unmark(Family.INDEXES, Keys.place(session));
    if (!session.isArchived()) {
      batch.delete(Family.INDEXES, Keys.slot(session.agentId(), session.key()));
    }
    if (session.headSequence() > 0) {
      batch.deleteAll(Family.MESSAGES, row);
      batch.deleteAll(Family.MESSAGE_IDS, row);
    }
  }
}
