package dev.parley.storage.rocksdb.write;

import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.storage.change.Change;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.RunRecords;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rules.LeaseRules;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.rules.UpdateRules;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes runs. */
public final class RunWrites {
  private final SessionRows rows;

  public RunWrites(SessionRows rows) {
    this.rows = rows;
  }

  public Run create(Batch batch, SessionRef.ById ref, Run run, RunConcurrency concurrency) {
    Session session = SessionWrites.requireActive(batch, ref);
    if (!run.agentId().equals(session.agentId()) || !run.sessionId().equals(session.sessionId())) {
      throw new IllegalArgumentException("The run belongs to another session.");
    }
    byte[] id = Keys.runId(session.agentId(), session.sessionId(), run.runId());
    if (batch.get(ColumnFamily.RUN_IDS, id) != null) {
      throw StoreErrors.runExists();
    }
    List<String> ended = LeaseRules.ended(session, run, concurrency);
    for (String runId : ended) {
      Run before = require(batch, session, runId);
      put(batch, session, before, LeaseRules.end(before, run.createTime()));
    }
    Session after = LeaseRules.started(session, run, ended);
    rows.put(batch, session, after);
    batch.put(ColumnFamily.RUN_IDS, id, Keys.ofSequence(after.runCount()));
    return put(batch, after, null, run.withNumber(after.runCount()).withContextBytes(0));
  }

  public Run update(Batch batch, Run.Ref ref, UnaryOperator<Run> change) {
    Session session = SessionWrites.requireActive(batch, ref.session());
    Run before = require(batch, session, ref.runId());
    Run after = UpdateRules.apply(before, change);
    Session updated = LeaseRules.updated(session, after);
    if (!updated.equals(session)) {
      rows.put(batch, session, updated);
    }
    return after.withLease(null).equals(before.withLease(null))
        ? LeaseRules.leased(updated, before)
        : put(batch, updated, before, after);
  }

  public Run putContext(Batch batch, Run.Ref ref, List<Json> items) {
    Session session = SessionWrites.requireActive(batch, ref.session());
    Run run = require(batch, session, ref.runId());
    byte[] row = Keys.run(run.agentId(), run.sessionId(), run.number());
    if (items.isEmpty()) {
      batch.delete(ColumnFamily.CONTEXTS, row);
    } else {
      batch.put(ColumnFamily.CONTEXTS, row, RunRecords.ofContext(items));
    }
    long bytes = items.stream().mapToLong(item -> item.utf8().length).sum();
    return put(batch, session, run, run.withContextBytes(bytes));
  }

  private static Run require(Batch batch, Session session, String runId) {
    byte[] number =
        batch.get(ColumnFamily.RUN_IDS, Keys.runId(session.agentId(), session.sessionId(), runId));
    if (number == null) {
      throw StoreErrors.runNotFound();
    }
    byte[] row = Keys.run(session.agentId(), session.sessionId(), Keys.toSequence(number));
    Run run = RunRows.find(batch, row);
    if (run == null) {
      throw new IllegalStateException("The run of a run id is missing.");
    }
    return LeaseRules.leased(session, run);
  }

  private Run put(Batch batch, Session session, @Nullable Run before, Run after) {
    batch.log(Change.ofRun(after));
    return LeaseRules.leased(session, RunRows.put(batch, before, after));
  }
}
