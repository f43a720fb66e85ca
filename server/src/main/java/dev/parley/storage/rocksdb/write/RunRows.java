package dev.parley.storage.rocksdb.write;

import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.codec.RunRecords;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes run rows with their index entries. */
final class RunRows {
  private RunRows() {}

  /**
   * Replaces {@code before}, null for a new run, with {@code after}. Returns the run as stored,
   * without its lease.
   */
  static Run put(Batch batch, @Nullable Run before, Run after) {
    byte[] row = Keys.run(after.agentId(), after.sessionId(), after.number());
    byte[] value = RunRecords.ofRun(after);
    batch.put(ColumnFamily.RUNS, row, value);
    index(batch, before, after);
    return RunRecords.toRun(row, value);
  }

  /** Replaces the index entry of {@code before}, null for a new run, if the state is another. */
  static void index(Batch batch, @Nullable Run before, Run after) {
    byte[] entry = RunIndexKeys.of(after);
    byte[] replaced = before == null ? null : RunIndexKeys.of(before);
    if (!Arrays.equals(entry, replaced)) {
      if (replaced != null) {
        batch.singleDelete(ColumnFamily.INDEXES, replaced);
      }
      batch.putKeyOnly(ColumnFamily.INDEXES, entry);
    }
  }

  /** The stored run with this row, without its lease; null if there is none. */
  static @Nullable Run find(Batch batch, byte[] row) {
    byte[] value = batch.get(ColumnFamily.RUNS, row);
    return value == null ? null : RunRecords.toRun(row, value);
  }

  /** Removes the runs of a session. */
  static void remove(Batch batch, Session session) {
    for (long number = 1; number <= session.runCount(); number++) {
      Run run = find(batch, Keys.run(session.agentId(), session.sessionId(), number));
      if (run != null) {
        batch.singleDelete(ColumnFamily.INDEXES, RunIndexKeys.of(run));
      }
    }
    removeRows(batch, Keys.session(session.agentId(), session.sessionId()));
  }

  /** Removes the runs of the session with this row, without their index entries. */
  static void removeRows(Batch batch, byte[] sessionRow) {
    batch.deletePrefix(ColumnFamily.RUNS, sessionRow);
    batch.deletePrefix(ColumnFamily.RUN_IDS, sessionRow);
    batch.deletePrefix(ColumnFamily.CONTEXTS, sessionRow);
  }
}
