package dev.parley.storage.rocksdb.check;

import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.codec.RunRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.util.Arrays;

/** Checks that every entry of the index of runs leads to a run and is correct for it. */
final class RunIndexCheck {
  private final CheckObserver observer;

  RunIndexCheck(CheckObserver observer) {
    this.observer = observer;
  }

  void run(DatabaseSnapshot snapshot) {
    byte[] all = RunIndexKeys.ofAll();
    try (Scan scan = snapshot.scan(ColumnFamily.INDEXES, all)) {
      for (scan.seek(all); scan.isValid(); scan.next()) {
        byte[] entry = scan.key();
        // The check of all indexes reports other keys.
        if (RunIndexKeys.isOne(entry)) {
          check(snapshot, entry);
        }
      }
    }
  }

  private void check(DatabaseSnapshot snapshot, byte[] entry) {
    byte[] row = RunIndexKeys.rowOf(entry);
    byte[] value = snapshot.get(ColumnFamily.RUNS, row);
    String name = SessionsCheck.name(Keys.toId(row), Keys.sessionIdOf(row));
    long number = Keys.runNumberOf(row);
    if (value == null) {
      observer.found("the list of runs by state leads to no run %d".formatted(number), name);
    } else if (!isRight(entry, row, value)) {
      observer.found(
          "the list of runs by state has run %d in the wrong position".formatted(number), name);
    }
  }

  private static boolean isRight(byte[] entry, byte[] row, byte[] value) {
    try {
      return Arrays.equals(entry, RunIndexKeys.of(RunRecords.toRun(row, value)));
    } catch (RuntimeException e) {
      // The check of runs reports this.
      return true;
    }
  }
}
