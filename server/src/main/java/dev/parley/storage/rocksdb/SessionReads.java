package dev.parley.storage.rocksdb;

import dev.parley.model.Cursor;
import dev.parley.model.Session;
import dev.parley.storage.SessionFilter;
import dev.parley.storage.SessionQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lists of sessions. */
final class SessionReads {
  private static final int ROWS_AT_ONCE = 256;

  SessionReads(Directory directory) {}

  static @Nullable Session find(View view, UUID sessionId) {
    throw new UnsupportedOperationException();
  }

  List<Session> find(View view, SessionFilter filter, String key) {
    throw new UnsupportedOperationException();
  }

  List<String> keys(View view, SessionFilter filter) {
    throw new UnsupportedOperationException();
  }

  List<Session> list(View view, SessionQuery query) {
    UUID agentId = java.util.Objects.requireNonNull(query.filter().agentId());
    List<Session> sessions = new ArrayList<>();
    try (Scan scan = view.scan(Family.INDEXES, Keys.list(agentId, query.archived()))) {
      seek(scan, query);
      while (scan.isValid() && sessions.size() < query.limit()) {
        int wanted = Math.min(query.limit() - sessions.size(), ROWS_AT_ONCE);
        addAll(sessions, view, agentId, ids(scan, wanted));
      }
    }
    return sessions;
  }

  private static void seek(Scan scan, SessionQuery query) {
    Cursor after = query.after();
    if (after == null) {
      scan.seek(
          Keys.list(java.util.Objects.requireNonNull(query.filter().agentId()), query.archived()));
      return;
    }
    byte[] place =
        Keys.place(
            java.util.Objects.requireNonNull(query.filter().agentId()),
            query.archived(),
            after.time(),
            after.sessionId());
    scan.seek(place);
    if (scan.isValid() && Arrays.equals(scan.key(), place)) {
      scan.next();
    }
  }

  private static List<UUID> ids(Scan scan, int limit) {
    List<UUID> ids = new ArrayList<>(limit);
    for (; scan.isValid() && ids.size() < limit; scan.next()) {
      ids.add(Keys.sessionIdOf(scan.key()));
    }
    return ids;
  }

  private static void addAll(List<Session> sessions, View view, UUID agentId, List<UUID> ids) {
    List<byte[]> rows = ids.stream().map(id -> Keys.session(agentId, id)).toList();
    List<byte @Nullable []> values = view.getAll(Family.SESSIONS, rows);
    for (int i = 0; i < ids.size(); i++) {
      byte[] value = values.get(i);
      if (value == null) {
        throw new IllegalStateException("A place without its session.");
      }
      sessions.add(Records.toSession(agentId, ids.get(i), value));
    }
  }
}
