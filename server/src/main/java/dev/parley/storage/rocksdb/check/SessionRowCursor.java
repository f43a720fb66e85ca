package dev.parley.storage.rocksdb.check;

import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a column family whose keys start with a session, in step with the session rows, which have
 * the same order.
 */
final class SessionRowCursor implements AutoCloseable {
  private static final int SESSION_BYTES = 32;

  private final ColumnFamily family;
  private final Scan scan;
  private final CheckObserver observer;
  private byte @Nullable [] key;

  SessionRowCursor(DatabaseSnapshot snapshot, ColumnFamily family, CheckObserver observer) {
    this.family = family;
    this.observer = observer;
    scan = snapshot.scan(family, new byte[0]);
    scan.seek(new byte[0]);
    key = scan.isValid() ? scan.key() : null;
  }

  /** The key of the current entry if it belongs to the session with this row; otherwise null. */
  byte @Nullable [] next(byte[] row) {
    return key != null && compare(key, row) == 0 ? key : null;
  }

  /** The value of the current entry. */
  byte[] value() {
    return scan.value();
  }

  void step() {
    scan.next();
    key = scan.isValid() ? scan.key() : null;
  }

  /**
   * Moves to the first entry that is not before the given session row, or to the end for null.
   * Reports the skipped entries.
   */
  void skipTo(byte @Nullable [] row) {
    while (key != null && (row == null || compare(key, row) < 0)) {
      skipOrphans(key);
    }
  }

  /** Skips the entries of the session with this row. Returns their number. */
  long skip(byte[] row) {
    long count = 0;
    for (; next(row) != null; step()) {
      count++;
    }
    return count;
  }

  private void skipOrphans(byte[] first) {
    if (first.length < SESSION_BYTES) {
      observer.found("an entry with an unknown key format", name());
      step();
      return;
    }
    byte[] row = Arrays.copyOf(first, SESSION_BYTES);
    UUID agentId = Keys.toId(row);
    long count = skip(row);
    observer.found(
        (count == 1 ? "%d entry of %s has no session" : "%d entries of %s have no session")
            .formatted(count, name()),
        "session " + Keys.sessionIdOf(row) + " of agent " + agentId);
  }

  /** The contents of the column family, for messages. */
  private String name() {
    return family.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static int compare(byte[] key, byte[] row) {
    return Arrays.compareUnsigned(
        key, 0, Math.min(key.length, SESSION_BYTES), row, 0, SESSION_BYTES);
  }

  @Override
  public void close() {
    scan.close();
  }
}
