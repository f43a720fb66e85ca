package dev.parley.storage.postgres.write;

import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.storage.change.Change;
import dev.parley.storage.postgres.change.ChangeTable;
import dev.parley.storage.postgres.table.RunContextTable;
import dev.parley.storage.postgres.table.RunTable;
import dev.parley.storage.postgres.table.SessionTable;
import dev.parley.storage.rules.LeaseRules;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.rules.UpdateRules;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.UnaryOperator;

/** Writes runs. The session is locked during the transaction. */
public final class RunWrites {
  private RunWrites() {}

  public static Run create(
      Connection connection, SessionRef.ById ref, Run run, RunConcurrency concurrency)
      throws SQLException {
    Session session = SessionWrites.requireActive(connection, ref);
    if (!run.agentId().equals(session.agentId()) || !run.sessionId().equals(session.sessionId())) {
      throw new IllegalArgumentException("The run belongs to another session.");
    }
    if (RunTable.find(connection, session, run.runId()) != null) {
      throw StoreErrors.runExists();
    }
    List<String> ended = LeaseRules.ended(session, run, concurrency);
    for (String runId : ended) {
      Run other = require(connection, session, runId);
      Run end = asStored(LeaseRules.end(other, run.createTime()));
      RunTable.update(connection, end);
      ChangeTable.add(connection, Change.ofRun(end));
    }
    Session after = LeaseRules.started(session, run, ended);
    Run stored = asStored(run.withNumber(after.runCount()).withContextBytes(0));
    SessionTable.update(connection, after);
    RunTable.insert(connection, stored);
    ChangeTable.add(connection, Change.ofRun(stored));
    return LeaseRules.leased(after, stored);
  }

  public static Run update(Connection connection, Run.Ref ref, UnaryOperator<Run> change)
      throws SQLException {
    Session session = SessionWrites.requireActive(connection, ref.session());
    Run before = require(connection, session, ref.runId());
    Run after = asStored(UpdateRules.apply(before, change));
    Session updated = LeaseRules.updated(session, after);
    if (!updated.equals(session)) {
      SessionTable.update(connection, updated);
    }
    if (!after.withLease(null).equals(before.withLease(null))) {
      RunTable.update(connection, after);
      ChangeTable.add(connection, Change.ofRun(after));
    }
    return LeaseRules.leased(updated, after);
  }

  public static Run putContext(Connection connection, Run.Ref ref, List<Json> items)
      throws SQLException {
    long bytes = items.stream().mapToLong(item -> item.utf8().length).sum();
    Session session = SessionWrites.requireActive(connection, ref.session());
    Run after = require(connection, session, ref.runId()).withContextBytes(bytes);
    RunContextTable.put(connection, after, items);
    RunTable.update(connection, after);
    ChangeTable.add(connection, Change.ofRun(after));
    return after;
  }

  private static Run require(Connection connection, Session session, String runId)
      throws SQLException {
    Run run = RunTable.find(connection, session, runId);
    if (run == null) {
      throw StoreErrors.runNotFound();
    }
    return LeaseRules.leased(session, run);
  }

  private static Run asStored(Run run) {
    return new Run(
        run.agentId(),
        run.sessionId(),
        run.runId(),
        run.number(),
        run.state(),
        run.report(),
        run.contextBytes(),
        Micros.truncate(run.createTime()),
        Micros.truncateIfAny(run.startTime()),
        Micros.truncateIfAny(run.endTime()),
        run.lease());
  }
}
