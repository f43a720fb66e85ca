package dev.parley.storage.rocksdb.engine;

import dev.parley.storage.rocksdb.codec.Keys;
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
 * ChangeSet that go to the database together. Reads see the changes made so far.
 *
 * <p>What one write changes is staged: {@link #commitStaged} adds it to the batch, {@link
 * #rollbackStaged} forgets it, so that a write that fails half-way leaves nothing to its
 * neighbours.
 */
public final class Batch implements RowReader {
  private static final long BYTES_MAX = 8 * 1024 * 1024;
  private static final byte[] NO_VALUE = new byte[0];

  private final Database database;
  private final ChangeSet pending = new ChangeSet();
  private ChangeSet staged = new ChangeSet();
  private long bytes;

  public Batch(Database database) {
    this.database = database;
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) {
    Change change = change(new Entry(family, key));
    return change != null ? change.value() : database.get(family, key);
  }

  @Override
  public List<byte @Nullable []> getAll(ColumnFamily family, List<byte[]> keys) {
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

  public void put(ColumnFamily family, byte[] key, byte[] value) {
    staged.entries.put(new Entry(family, key), new Change(Kind.PUT, value));
  }

  public void delete(ColumnFamily family, byte[] key) {
    staged.entries.put(new Entry(family, key), new Change(Kind.DELETE, null));
  }

  /**
   * Adds an entry without a value, which is not there. One that this batch removed stays then:
   * RocksDB's single delete wants exactly one put before it.
   */
  public void putKeyOnly(ColumnFamily family, byte[] key) {
    Entry entry = new Entry(family, key);
    Change change = change(entry);
    boolean removed = change != null && change.kind() == Kind.SINGLE_DELETE;
    staged.entries.put(entry, new Change(removed ? Kind.NONE : Kind.PUT_KEY_ONLY, NO_VALUE));
  }

  /** Removes an entry without a value, which is there. One that this batch added never was then. */
  public void singleDelete(ColumnFamily family, byte[] key) {
    Entry entry = new Entry(family, key);
    Change change = change(entry);
    boolean added = change != null && change.kind() == Kind.PUT_KEY_ONLY;
    staged.entries.put(entry, new Change(added ? Kind.NONE : Kind.SINGLE_DELETE, null));
  }

  /**
   * Removes all entries whose key begins with {@code prefix}, those of this batch included. Reads
   * of the batch do not see it, so the batch is full after the write that asks for it.
   */
  public void deletePrefix(ColumnFamily family, byte[] prefix) {
    staged.ranges.add(new Entry(family, prefix));
  }

  /**
   * Runs {@code action} when the batch is committed. What it changes, reads of the batch do not
   * see, so the batch is full after the write that asks for it.
   */
  public void onCommit(Runnable action) {
    staged.actions.add(action);
  }

  /** Adds to the batch what was staged since the last call. */
  public void commitStaged() {
    staged.entries.forEach((entry, change) -> bytes += entry.key.length + change.bytes());
    pending.entries.putAll(staged.entries);
    pending.ranges.addAll(staged.ranges);
    pending.actions.addAll(staged.actions);
    staged = new ChangeSet();
  }

  /** Forgets what was staged since the last call. */
  void rollbackStaged() {
    staged = new ChangeSet();
  }

  /** Whether it is to be committed before the next write looks at it. */
  boolean isFull() {
    return bytes >= BYTES_MAX || !pending.ranges.isEmpty() || !pending.actions.isEmpty();
  }

  /** Writes what was pending, in one piece and durably, then runs the actions. */
  public void commit() throws RocksDBException {
    try (WriteBatch batch = toWriteBatch()) {
      if (batch.count() > 0) {
        database.write(batch);
      }
    }
    pending.actions.forEach(Runnable::run);
  }

  /** What was pending, as RocksDB takes it; the caller closes it. */
  WriteBatch toWriteBatch() throws RocksDBException {
    WriteBatch batch = new WriteBatch();
    for (Map.Entry<Entry, Change> entry : pending.entries.entrySet()) {
      write(batch, entry.getKey(), entry.getValue());
    }
    // Last, as they remove what the same batch has put.
    for (Entry range : pending.ranges) {
      batch.deleteRange(database.handle(range.family), range.key, Keys.prefixEnd(range.key));
    }
    return batch;
  }

  private void write(WriteBatch batch, Entry entry, Change change) throws RocksDBException {
    ColumnFamilyHandle handle = database.handle(entry.family);
    byte[] value = change.value();
    switch (change.kind()) {
      case PUT, PUT_KEY_ONLY -> batch.put(handle, entry.key, value == null ? NO_VALUE : value);
      case DELETE -> batch.delete(handle, entry.key);
      case SINGLE_DELETE -> batch.singleDelete(handle, entry.key);
      case NONE -> {}
    }
  }

  private @Nullable Change change(Entry entry) {
    Change change = staged.entries.get(entry);
    return change != null ? change : pending.entries.get(entry);
  }

  private enum Kind {
    PUT,
    DELETE,
    PUT_KEY_ONLY,
    SINGLE_DELETE,
    NONE
  }

  private static final class ChangeSet {
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
    final ColumnFamily family;
    final byte[] key;
    final int hash;

    Entry(ColumnFamily family, byte[] key) {
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
