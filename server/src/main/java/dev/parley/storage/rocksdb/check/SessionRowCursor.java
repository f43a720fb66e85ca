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
 * The entries of a family whose keys begin with a session, read in one go beside the sessions,
 * which come in the same order.
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

  /** The key of the next entry if it is of the session with this row; else null. */
  byte @Nullable [] next(byte[] row) {
    return key != null && compare(key, row) == 0 ? key : null;
  }

  /** The value of the next entry. */
  byte[] value() {
    return scan.value();
  }

  void step() {
    scan.next();
    key = scan.isValid() ? scan.key() : null;
  }

  /**
   * Goes to what is not before the session with this row, null for the end; tells what it skips.
   */
  void skipTo(byte @Nullable [] row) {
    while (key != null && (row == null || compare(key, row) < 0)) {
      skipOrphans(key);
    }
  }

  /** Counts the entries of the session with this row, and goes past them. */
  long skip(byte[] row) {
    long count = 0;
    for (; next(row) != null; step()) {
      count++;
    }
    return count;
  }

  private void skipOrphans(byte[] first) {
    if (first.length < SESSION_BYTES) {
      observer.found("an entry of unknown form", name());
      step();
      return;
    }
    byte[] row = Arrays.copyOf(first, SESSION_BYTES);
    UUID agentId = Keys.toId(row);
    long count = skip(row);
    observer.found(
        "%d entries of %s without their session".formatted(count, name()),
        "session " + Keys.sessionIdOf(row) + " of agent " + agentId);
  }

  /** What the family holds. */
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
