package dev.parley.storage.rocksdb.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Session;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads pages of the keys that active sessions hold. */
public final class SessionKeyReads {
  private static final int ENTRIES_AT_ONCE = 128;
  private static final int SESSIONS_AT_ONCE = 256;
  private static final long SESSION_BYTES_AT_ONCE = 256 * 1024;

  private SessionKeyReads() {}

  public static List<String> list(DatabaseSnapshot snapshot, AgentResolver agents, KeyQuery query) {
    boolean filtered = query.filter().user() != null || query.filter().client() != null;
    List<byte[]> keys =
        filtered
            ? smallest(snapshot, new SessionReads(agents), query)
            : merged(snapshot, agents.find(snapshot, query.filter()), query);
    return keys.stream().map(key -> new String(key, UTF_8)).toList();
  }

  /** Reads the key indexes of the agents as one list. */
  private static List<byte[]> merged(DatabaseSnapshot snapshot, List<UUID> agents, KeyQuery query) {
    List<byte[]> keys = new ArrayList<>();
    if (agents.isEmpty()) {
      return keys;
    }
    List<byte[]> slots = agents.stream().map(IndexKeys::slots).toList();
    byte[] common = slots.size() == 1 ? slots.get(0) : Arrays.copyOf(slots.get(0), 1);
    byte[] start =
        query.after() == null ? new byte[0] : IndexCursor.following(query.after().getBytes(UTF_8));
    long bytes = 0;
    try (Scan scan = snapshot.scan(ColumnFamily.INDEXES, common)) {
      MergingCursor entries =
          new MergingCursor(scan, slots, list -> Keys.join(list, start), query.limit());
      byte[] last = null;
      for (List<IndexEntry> batch = entries.next(ENTRIES_AT_ONCE);
          !batch.isEmpty();
          batch = entries.next(ENTRIES_AT_ONCE)) {
        for (IndexEntry entry : batch) {
          byte[] key = Arrays.copyOfRange(entry.key(), entry.list().length, entry.key().length);
          if (Arrays.equals(key, last)) {
            continue;
          }
          if (keys.size() == query.limit() || bytes > query.bytesMax()) {
            return keys;
          }
          keys.add(key);
          bytes += key.length;
          last = key;
        }
      }
    }
    return keys;
  }

  /**
   * Reads all sessions of a user or a client, whose indexes are sorted by time, and keeps the
   * smallest keys of the page.
   */
  private static List<byte[]> smallest(
      DatabaseSnapshot snapshot, SessionReads sessions, KeyQuery query) {
    byte @Nullable [] after = query.after() == null ? null : query.after().getBytes(UTF_8);
    TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
    long bytes = 0;
    Cursor cursor = null;
    List<Session> batch;
    do {
      batch =
          sessions.list(
              snapshot,
              new SessionQuery(
                  query.filter(),
                  SessionOrder.UPDATE_TIME_DESC,
                  cursor,
                  SESSIONS_AT_ONCE,
                  SESSION_BYTES_AT_ONCE));
      for (Session session : batch) {
        cursor = SessionOrder.UPDATE_TIME_DESC.cursorOf(session);
        byte[] key = session.key().getBytes(UTF_8);
        if ((after == null || Arrays.compareUnsigned(key, after) > 0) && keys.add(key)) {
          bytes += key.length;
          while (keys.size() > query.limit()
              || (keys.size() > 1 && bytes - keys.last().length > query.bytesMax())) {
            bytes -= keys.pollLast().length;
          }
        }
      }
    } while (!batch.isEmpty());
    return List.copyOf(keys);
  }
}
