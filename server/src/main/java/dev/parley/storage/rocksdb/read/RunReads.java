package dev.parley.storage.rocksdb.read;

import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.RunRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.rules.LeaseRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads runs of one session, and their retrieved contexts. */
public final class RunReads {
  private RunReads() {}

  public static Optional<RunPage> list(DatabaseSnapshot snapshot, RunQuery query) {
    Session session = SessionLookup.find(snapshot, query.ref());
    if (session == null) {
      return Optional.empty();
    }
    List<Run> runs = new ArrayList<>();
    byte[] prefix = Keys.session(session.agentId(), session.sessionId());
    try (Scan scan = snapshot.scan(ColumnFamily.RUNS, prefix)) {
      seek(scan, session, query);
      long bytes = 0;
      while (scan.isValid() && runs.size() < query.limit() && bytes <= query.bytesMax()) {
        Run run = RunRecords.toRun(scan.key(), scan.value());
        runs.add(run);
        bytes += run.bytes();
        if (query.newestFirst()) {
          scan.previous();
        } else {
          scan.next();
        }
      }
    }
    return Optional.of(new RunPage(session, LeaseRules.leased(session, runs)));
  }

  private static void seek(Scan scan, Session session, RunQuery query) {
    long after = query.after();
    if (query.newestFirst()) {
      scan.seekBack(at(session, after == 0 ? session.runCount() : after - 1));
    } else {
      scan.seek(at(session, Math.min(after, session.runCount()) + 1));
    }
  }

  private static byte[] at(Session session, long number) {
    return Keys.run(session.agentId(), session.sessionId(), number);
  }

  public static Optional<RunPage> find(
      DatabaseSnapshot snapshot, SessionRef.ById ref, Set<String> runIds) {
    Session session = SessionLookup.find(snapshot, ref);
    if (session == null) {
      return Optional.empty();
    }
    List<byte[]> rows = List.copyOf(rows(snapshot, session, runIds).values());
    List<byte @Nullable []> values = snapshot.getAll(ColumnFamily.RUNS, rows);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      byte[] value = values.get(i);
      if (value == null) {
        throw new IllegalStateException("The run of a run id is missing.");
      }
      runs.add(RunRecords.toRun(rows.get(i), value));
    }
    return Optional.of(new RunPage(session, LeaseRules.leased(session, runs)));
  }

  public static Optional<Map<String, List<Json>>> contexts(
      DatabaseSnapshot snapshot, SessionRef.ById ref, Set<String> runIds) {
    Session session = SessionLookup.find(snapshot, ref);
    if (session == null) {
      return Optional.empty();
    }
    Map<String, List<Json>> contexts = new HashMap<>();
    rows(snapshot, session, runIds)
        .forEach(
            (runId, row) -> {
              byte[] value = snapshot.get(ColumnFamily.CONTEXTS, row);
              contexts.put(runId, value == null ? List.of() : RunRecords.toContext(value));
            });
    return Optional.of(contexts);
  }

  /** The keys of the rows of the runs that exist, by run id. */
  private static Map<String, byte[]> rows(
      DatabaseSnapshot snapshot, Session session, Set<String> runIds) {
    List<String> ids = List.copyOf(runIds);
    List<byte @Nullable []> numbers =
        snapshot.getAll(
            ColumnFamily.RUN_IDS,
            ids.stream()
                .map(id -> Keys.runId(session.agentId(), session.sessionId(), id))
                .toList());
    Map<String, byte[]> rows = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      byte[] number = numbers.get(i);
      if (number != null) {
        rows.put(ids.get(i), at(session, Keys.toSequence(number)));
      }
    }
    return rows;
  }
}
