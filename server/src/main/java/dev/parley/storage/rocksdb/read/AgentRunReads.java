package dev.parley.storage.rocksdb.read;

import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.codec.RunRecords;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.rules.LeaseRules;
import dev.parley.storage.run.AgentRunQuery;
import dev.parley.storage.run.RunPosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists runs of agents from the index of runs by state. */
public final class AgentRunReads {
  /** Few, because a run can have more than 1 MiB. */
  private static final int ROWS_AT_ONCE = 16;

  private AgentRunReads() {}

  public static List<Run> list(
      DatabaseSnapshot snapshot, AgentResolver agents, AgentRunQuery query) {
    List<byte[]> lists =
        agents.find(snapshot, query.agents()).stream()
            .flatMap(
                agentId ->
                    query.states().stream().map(state -> RunIndexKeys.ofState(agentId, state)))
            .toList();
    List<Run> runs = new ArrayList<>();
    if (lists.isEmpty()) {
      return runs;
    }
    byte[] common = lists.size() == 1 ? lists.get(0) : RunIndexKeys.ofAll();
    try (Scan scan = snapshot.scan(ColumnFamily.INDEXES, common)) {
      MergingCursor entries =
          new MergingCursor(scan, lists, list -> start(list, query.after()), query.limit());
      long bytes = 0;
      while (runs.size() < query.limit()) {
        List<IndexEntry> next = entries.next(Math.min(query.limit() - runs.size(), ROWS_AT_ONCE));
        if (next.isEmpty()) {
          break;
        }
        for (Run run : read(snapshot, next)) {
          runs.add(run);
          bytes += run.bytes();
          if (bytes > query.bytesMax()) {
            return runs;
          }
        }
      }
    }
    return runs;
  }

  private static byte[] start(byte[] list, @Nullable RunPosition after) {
    return after == null ? list : IndexCursor.following(RunIndexKeys.of(list, after));
  }

  /** The runs of these entries, except for those of sessions whose row is not written yet. */
  private static List<Run> read(DatabaseSnapshot snapshot, List<IndexEntry> entries) {
    List<byte[]> rows = entries.stream().map(entry -> RunIndexKeys.rowOf(entry.key())).toList();
    List<byte[]> sessionRows =
        rows.stream().map(row -> Arrays.copyOf(row, row.length - Long.BYTES)).toList();
    List<byte @Nullable []> values = snapshot.getAll(ColumnFamily.RUNS, rows);
    List<byte @Nullable []> sessions = snapshot.getAll(ColumnFamily.SESSIONS, sessionRows);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      byte[] row = rows.get(i);
      byte[] value = values.get(i);
      byte[] session = sessions.get(i);
      if (value == null) {
        throw new IllegalStateException("The run of an index entry is missing.");
      }
      if (session != null) {
        Session found = SessionRecords.toSession(sessionRows.get(i), session).session();
        runs.add(LeaseRules.leased(found, RunRecords.toRun(row, value)));
      }
    }
    return runs;
  }
}
