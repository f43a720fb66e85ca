package dev.parley.storage.rocksdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Changes that go to the database together. Reads see the changes made so far.
 *
 * <p>What one write changes is staged: {@link #keep} adds it to the batch, {@link #drop} forgets
 * it, so that a write that fails half-way leaves nothing to its neighbours.
 */
final class Batch implements Source {
  private static final long BYTES_MAX = 8 * 1024 * 1024;
  private static final byte[] NO_VALUE = new byte[0];

  private final Database database;
  private final Changes kept = new Changes();
  private Changes staged = new Changes();
  private long bytes;

  Batch(Database database) {
    this.database = database;
  }

  @Override
  public byte @Nullable [] get(Family family, byte[] key) {
    Change change = change(new Entry(family, key));
    return change != null ? change.value() : database.get(family, key);
  }

  @Override
  public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
    List<byte @Nullable []> values = new ArrayList<>(keys.size());
    List<byte[]> unchanged = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (byte[] key : keys) {
      Change change = change(new Entry(family, key));
      if (change == null) {
        unchanged.add(key);
        places.add(values.size());
      }
      values.add(change == null ? null : change.value());
    }
    if (!unchanged.isEmpty()) {
      List<byte @Nullable []> found = database.getAll(family, unchanged);
      for (int i = 0; i < found.size(); i++) {
        values.set(places.get(i), found.get(i));
      }
    }
    return values;
  }

  void put(Family family, byte[] key, byte[] value) {
    staged.entries.put(new Entry(family, key), new Change(Kind.PUT, value));
  }

  void delete(Family family, byte[] key) {
    staged.entries.put(new Entry(family, key), new Change(Kind.DELETE, null));
  }

  /**
   * Adds an entry without a value, which is not there. One that this batch removed stays then:
   * RocksDB's single delete wants exactly one put before it.
   */
  void mark(Family family, byte[] key) {
    Entry entry = new Entry(family, key);
    Change change = change(entry);
    boolean removed = change != null && change.kind() == Kind.UNMARK;
    staged.entries.put(entry, new Change(removed ? Kind.NOTHING : Kind.MARK, NO_VALUE));
  }

  /** Removes an entry without a value, which is there. One that this batch added never was then. */
  void unmark(Family family, byte[] key) {
    Entry entry = new Entry(family, key);
    Change change = change(entry);
    boolean added = change != null && change.kind() == Kind.MARK;
    staged.entries.put(entry, new Change(added ? Kind.NOTHING : Kind.UNMARK, null));
  }

  /**
   * Removes all entries whose key begins with {@code prefix}, those of this batch included. Reads
   * of the batch do not see it, so the batch is full after the write that asks for it.
   */
  void deleteAll(Family family, byte[] prefix) {
    staged.ranges.add(new Entry(family, prefix));
  }

  /**
   * Runs {@code action} when the batch is committed. What it changes, reads of the batch do not
   * see, so the batch is full after the write that asks for it.
   */
  void onCommit(Runnable action) {
    staged.actions.add(action);
  }

  /** Adds to the batch what was staged since the last call. */
  void keep() {
    staged.entries.forEach((entry, change) -> bytes += entry.key.length + change.bytes());
    kept.entries.putAll(staged.entries);
    kept.ranges.addAll(staged.ranges);
    kept.actions.addAll(staged.actions);
    staged = new Changes();
  }

  /** Forgets what was staged since the last call. */
  void drop() {
    staged = new Changes();
  }

  /** Whether it is to be committed before the next write looks at it. */
  boolean isFull() {
    return bytes >= BYTES_MAX || !kept.ranges.isEmpty() || !kept.actions.isEmpty();
  }

  /** Writes what was kept, in one piece and durably, then runs the actions. */
  void commit() throws RocksDBException {
    try (WriteBatch batch = assemble()) {
      if (batch.count() > 0) {
        database.write(batch);
      }
    }
    kept.actions.forEach(Runnable::run);
  }

  /** What was kept, as RocksDB takes it; the caller closes it. */
  WriteBatch assemble() throws RocksDBException {
    WriteBatch batch = new WriteBatch();
    for (Map.Entry<Entry, Change> entry : kept.entries.entrySet()) {
      write(batch, entry.getKey(), entry.getValue());
    }
    // Last, as they remove what the same batch has put.
    for (Entry range : kept.ranges) {
      batch.deleteRange(database.handle(range.family), range.key, Keys.after(range.key));
    }
    return batch;
  }

  private void write(WriteBatch batch, Entry entry, Change change) throws RocksDBException {
    ColumnFamilyHandle handle = database.handle(entry.family);
    byte[] value = change.value();
    switch (change.kind()) {
      case PUT, MARK -> batch.put(handle, entry.key, value == null ? NO_VALUE : value);
      case DELETE -> batch.delete(handle, entry.key);
      case UNMARK -> batch.singleDelete(handle, entry.key);
      case NOTHING -> {}
    }
  }

  private @Nullable Change change(Entry entry) {
    Change change = staged.entries.get(entry);
    return change != null ? change : kept.entries.get(entry);
  }

  private enum Kind {
    PUT,
    DELETE,
    MARK,
    UNMARK,
    NOTHING
  }

  private static final class Changes {
    final Map<Entry, Change> entries = new LinkedHashMap<>();
    final List<Entry> ranges = new ArrayList<>();
    final List<Runnable> actions = new ArrayList<>();
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Change(Kind kind, byte @Nullable [] value) {
    int bytes() {
      return value == null ? 0 : value.length;
    }
  }

  private static final class Entry {
    final Family family;
    final byte[] key;
    final int hash;

    Entry(Family family, byte[] key) {
      this.family = family;
      this.key = key;
      hash = 31 * Arrays.hashCode(key) + family.ordinal();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Entry entry
          && family == entry.family
          && Arrays.equals(key, entry.key);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
