package dev.parley.storage.rocksdb.commit;

import dev.parley.storage.change.Change;
import dev.parley.storage.rocksdb.codec.ChangeRecords;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.RowReader;
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
 * Changes that are written to the database together. Reads include the changes made so far.
 *
 * <p>Each write stages its changes. {@link #commitStaged} adds them to the batch, {@link
 * #rollbackStaged} discards them. So a write that fails leaves nothing in the batch.
 */
public final class Batch implements RowReader {
  private static final long BYTES_MAX = 8 * 1024 * 1024;
  private static final byte[] NO_VALUE = new byte[0];

  private final Database database;
  private final EditSet pending = new EditSet();
  private EditSet staged = new EditSet();
  private long bytes;

  public Batch(Database database) {
    this.database = database;
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) {
    Edit edit = edit(new Entry(family, key));
    return edit != null ? edit.value() : database.get(family, key);
  }

  @Override
  public List<byte @Nullable []> getAll(ColumnFamily family, List<byte[]> keys) {
    List<byte @Nullable []> values = new ArrayList<>(keys.size());
    List<byte[]> unchanged = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (byte[] key : keys) {
      Edit edit = edit(new Entry(family, key));
      if (edit == null) {
        unchanged.add(key);
        positions.add(values.size());
      }
      values.add(edit == null ? null : edit.value());
    }
    if (!unchanged.isEmpty()) {
      List<byte @Nullable []> found = database.getAll(family, unchanged);
      for (int i = 0; i < found.size(); i++) {
        values.set(positions.get(i), found.get(i));
      }
    }
    return values;
  }

  public void put(ColumnFamily family, byte[] key, byte[] value) {
    staged.entries.put(new Entry(family, key), new Edit(Kind.PUT, value));
  }

  public void delete(ColumnFamily family, byte[] key) {
    staged.entries.put(new Entry(family, key), new Edit(Kind.DELETE, null));
  }

  /**
   * Adds an entry without a value, which must not exist. If the batch removed this entry before,
   * the two changes cancel out, because RocksDB's single delete requires exactly one preceding put.
   */
  public void putKeyOnly(ColumnFamily family, byte[] key) {
    Entry entry = new Entry(family, key);
    Edit edit = edit(entry);
    boolean removed = edit != null && edit.kind() == Kind.SINGLE_DELETE;
    staged.entries.put(entry, new Edit(removed ? Kind.NONE : Kind.PUT_KEY_ONLY, NO_VALUE));
  }

  /**
   * Removes an entry without a value, which must exist. If the batch added this entry, the two
   * changes cancel out.
   */
  public void singleDelete(ColumnFamily family, byte[] key) {
    Entry entry = new Entry(family, key);
    Edit edit = edit(entry);
    boolean added = edit != null && edit.kind() == Kind.PUT_KEY_ONLY;
    staged.entries.put(entry, new Edit(added ? Kind.NONE : Kind.SINGLE_DELETE, null));
  }

  /**
   * Deletes all entries with this prefix, including those of the batch. Reads of the batch ignore
   * the deletion, so the batch is full after this write.
   */
  public void deletePrefix(ColumnFamily family, byte[] prefix) {
    staged.ranges.add(new Entry(family, prefix));
  }

  /**
   * Runs {@code action} after the batch is committed. Reads of the batch do not see its effects, so
   * the batch is full after this write.
   */
  public void onCommit(Runnable action) {
    staged.actions.add(action);
  }

  /** Adds an entry to the change log. It gets its number when the batch is committed. */
  public void log(Change change) {
    staged.changes.add(change);
  }

  /** Adds the staged changes to the batch. */
  public void commitStaged() {
    staged.entries.forEach((entry, edit) -> bytes += entry.key.length + edit.bytes());
    pending.entries.putAll(staged.entries);
    pending.changes.addAll(staged.changes);
    pending.ranges.addAll(staged.ranges);
    pending.actions.addAll(staged.actions);
    staged = new EditSet();
  }

  /** Discards the staged changes. */
  void rollbackStaged() {
    staged = new EditSet();
  }

  /** Whether the batch must be committed before the next write. */
  boolean isFull() {
    return bytes >= BYTES_MAX || !pending.ranges.isEmpty() || !pending.actions.isEmpty();
  }

  /** How many entries the batch adds to the change log. */
  int changeCount() {
    return pending.changes.size();
  }

  /**
   * Writes the batch atomically and durably, then runs the registered actions.
   *
   * @param writer the number of the writing thread, from 0
   * @param firstNumber the number of the first entry of the change log; later entries have the next
   *     numbers
   */
  public void commit(int writer, long firstNumber) throws RocksDBException {
    try (WriteBatch batch = toWriteBatch(writer, firstNumber)) {
      if (batch.count() > 0) {
        database.write(batch);
      }
    }
    pending.actions.forEach(Runnable::run);
  }

  /** Converts the batch for RocksDB. The caller closes it. */
  WriteBatch toWriteBatch(int writer, long firstNumber) throws RocksDBException {
    WriteBatch batch = new WriteBatch();
    for (Map.Entry<Entry, Edit> entry : pending.entries.entrySet()) {
      write(batch, entry.getKey(), entry.getValue());
    }
    logChanges(batch, writer, firstNumber);
    // Last, because they also delete entries that this batch puts.
    for (Entry range : pending.ranges) {
      batch.deleteRange(database.handle(range.family), range.key, Keys.prefixEnd(range.key));
    }
    return batch;
  }

  /** The stored number of the last entry outlives the entry. */
  private void logChanges(WriteBatch batch, int writer, long firstNumber) throws RocksDBException {
    if (pending.changes.isEmpty()) {
      return;
    }
    ColumnFamilyHandle handle = database.handle(ColumnFamily.CHANGES);
    long number = firstNumber;
    for (Change change : pending.changes) {
      batch.put(handle, Keys.change(change.agentId(), number++), ChangeRecords.of(change));
    }
    batch.put(
        database.handle(ColumnFamily.META), Keys.changeNumber(writer), Keys.ofSequence(number - 1));
  }

  private void write(WriteBatch batch, Entry entry, Edit edit) throws RocksDBException {
    ColumnFamilyHandle handle = database.handle(entry.family);
    byte[] value = edit.value();
    switch (edit.kind()) {
      case PUT, PUT_KEY_ONLY -> batch.put(handle, entry.key, value == null ? NO_VALUE : value);
      case DELETE -> batch.delete(handle, entry.key);
      case SINGLE_DELETE -> batch.singleDelete(handle, entry.key);
      case NONE -> {}
    }
  }

  private @Nullable Edit edit(Entry entry) {
    Edit edit = staged.entries.get(entry);
    return edit != null ? edit : pending.entries.get(entry);
  }

  private enum Kind {
    PUT,
    DELETE,
    PUT_KEY_ONLY,
    SINGLE_DELETE,
    NONE
  }

  private static final class EditSet {
    final Map<Entry, Edit> entries = new LinkedHashMap<>();
    final List<Change> changes = new ArrayList<>();
    final List<Entry> ranges = new ArrayList<>();
    final List<Runnable> actions = new ArrayList<>();
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Edit(Kind kind, byte @Nullable [] value) {
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
