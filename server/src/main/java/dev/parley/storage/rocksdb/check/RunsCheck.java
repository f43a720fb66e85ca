package dev.parley.storage.rocksdb.check;

import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.codec.RunRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Checks the runs of consecutive sessions, their indexes and their retrieved contexts. */
final class RunsCheck implements AutoCloseable {
  private static final int KEY_BYTES = 40;

  private final DatabaseSnapshot snapshot;
  private final CheckObserver observer;
  private final SessionRowCursor rows;
  private final SessionRowCursor ids;
  private final SessionRowCursor contexts;
  private long idsFound;
  private long contextsFound;

  RunsCheck(DatabaseSnapshot snapshot, CheckObserver observer) {
    this.snapshot = snapshot;
    this.observer = observer;
    rows = new SessionRowCursor(snapshot, ColumnFamily.RUNS, observer);
    ids = new SessionRowCursor(snapshot, ColumnFamily.RUN_IDS, observer);
    contexts = new SessionRowCursor(snapshot, ColumnFamily.CONTEXTS, observer);
  }

  /** Reports entries without a session before the given session row; null for the end. */
  void skipTo(byte @Nullable [] row) {
    rows.skipTo(row);
    ids.skipTo(row);
    contexts.skipTo(row);
  }

  /** Skips the entries of a session that cannot be read. */
  void skip(byte[] row) {
    rows.skip(row);
    ids.skip(row);
    contexts.skip(row);
  }

  /** Checks the runs of a session. Returns their number. */
  long check(byte[] row, Session session, String name) {
    idsFound = 0;
    contextsFound = 0;
    long count = 0;
    long expected = 1;
    for (byte[] key = rows.next(row); key != null; key = rows.next(row)) {
      count++;
      if (key.length != KEY_BYTES) {
        observer.found("a run with an unknown key format", name);
      } else {
        long number = Keys.runNumberOf(key);
        missing(expected, number - 1, name);
        expected = number + 1;
        if (number > session.runCount()) {
          observer.found("run %d has a number above the run count".formatted(number), name);
        }
        checkRun(key, session, name);
      }
      rows.step();
    }
    missing(expected, session.runCount(), name);
    checkExtra(row, name);
    return count;
  }

  private void missing(long first, long last, String name) {
    if (first <= last) {
      observer.found(
          first == last
              ? "run %d is missing".formatted(first)
              : "runs %d to %d are missing".formatted(first, last),
          name);
    }
  }

  private void checkRun(byte[] key, Session session, String name) {
    long number = Keys.runNumberOf(key);
    Run run;
    try {
      run = RunRecords.toRun(key, rows.value());
    } catch (RuntimeException e) {
      observer.found("the record of run %d cannot be read".formatted(number), name);
      return;
    }
    byte[] id =
        snapshot.get(
            ColumnFamily.RUN_IDS, Keys.runId(session.agentId(), session.sessionId(), run.runId()));
    if (Arrays.equals(id, Keys.ofSequence(number))) {
      idsFound++;
    } else {
      observer.found("run %d is not found by its id".formatted(number), name);
    }
    if (snapshot.get(ColumnFamily.INDEXES, RunIndexKeys.of(run)) == null) {
      observer.found("run %d is missing from the list of runs by state".formatted(number), name);
    }
    byte[] context = snapshot.get(ColumnFamily.CONTEXTS, key);
    contextsFound += context == null ? 0 : 1;
    try {
      long bytes = context == null ? 0 : bytes(context);
      if (bytes != run.contextBytes()) {
        observer.found("the context of run %d is incomplete".formatted(number), name);
      }
    } catch (RuntimeException e) {
      observer.found("the context of run %d cannot be read".formatted(number), name);
    }
  }

  private static long bytes(byte[] context) {
    return RunRecords.toContext(context).stream()
        .map(Json::utf8)
        .mapToLong(utf8 -> utf8.length)
        .sum();
  }

  private void checkExtra(byte[] row, String name) {
    long extraIds = ids.skip(row) - idsFound;
    if (extraIds > 0) {
      observer.found(
          extraIds == 1 ? "1 run id has no run" : "%d run ids have no run".formatted(extraIds),
          name);
    }
    long extraContexts = contexts.skip(row) - contextsFound;
    if (extraContexts > 0) {
      observer.found(
          extraContexts == 1
              ? "1 context belongs to no run"
              : "%d contexts belong to no run".formatted(extraContexts),
          name);
    }
  }

  @Override
  public void close() {
    rows.close();
    ids.close();
    contexts.close();
  }
}
