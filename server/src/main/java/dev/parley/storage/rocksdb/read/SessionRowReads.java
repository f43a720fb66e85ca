package dev.parley.storage.rocksdb.read;

import dev.parley.model.Session;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.codec.StoredSession;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.RowReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads sessions from their rows, and their details where these are stored separately. The source
 * must not change between the two reads: it is a snapshot, or the batch of the thread that writes
 * for the agent.
 */
public final class SessionRowReads {
  private SessionRowReads() {}

  /** The session with this row, or null. */
  static @Nullable Session find(RowReader source, byte[] row) {
    byte[] value = source.get(ColumnFamily.SESSIONS, row);
    return value == null ? null : toSession(source, row, value);
  }

  /** The session with this row, which has this value. */
  public static Session toSession(RowReader source, byte[] row, byte[] value) {
    StoredSession stored = SessionRecords.toSession(row, value);
    return stored.separateDetails()
        ? complete(stored, source.get(ColumnFamily.DETAILS, row))
        : stored.session();
  }

  /** The sessions with these rows in the same order, with null for missing rows. */
  static List<@Nullable Session> findAll(RowReader source, List<byte[]> rows) {
    List<byte @Nullable []> values = source.getAll(ColumnFamily.SESSIONS, rows);
    List<@Nullable StoredSession> found = new ArrayList<>(rows.size());
    List<byte[]> incomplete = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      byte[] value = values.get(i);
      StoredSession stored = value == null ? null : SessionRecords.toSession(rows.get(i), value);
      found.add(stored);
      if (stored != null && stored.separateDetails()) {
        incomplete.add(rows.get(i));
      }
    }
    Iterator<byte @Nullable []> details =
        incomplete.isEmpty()
            ? Collections.emptyIterator()
            : source.getAll(ColumnFamily.DETAILS, incomplete).iterator();
    List<@Nullable Session> sessions = new ArrayList<>(rows.size());
    for (StoredSession stored : found) {
      if (stored == null) {
        sessions.add(null);
      } else {
        sessions.add(
            stored.separateDetails() ? complete(stored, details.next()) : stored.session());
      }
    }
    return sessions;
  }

  private static Session complete(StoredSession stored, byte @Nullable [] details) {
    if (details == null) {
      throw new IllegalStateException("The origin and metadata of a session are missing.");
    }
    return stored.with(details);
  }
}
