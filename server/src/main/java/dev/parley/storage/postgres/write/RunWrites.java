package dev.parley.storage.postgres.write;

import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.change.Change;
import dev.parley.storage.postgres.change.ChangeTable;
import dev.parley.storage.postgres.table.RunContextTable;
import dev.parley.storage.postgres.table.RunTable;
import dev.parley.storage.postgres.table.SessionTable;
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

  public static Run create(Connection connection, SessionRef.ById ref, Run run)
      throws SQLException {
    Session session = SessionWrites.requireActive(connection, ref);
    if (!run.agentId().equals(session.agentId()) || !run.sessionId().equals(session.sessionId())) {
      throw new IllegalArgumentException("The run belongs to another session.");
    }
    if (RunTable.find(connection, session, run.runId()) != null) {
      throw StoreErrors.runExists();
    }
    Session after = session.withRun();
    Run stored = asStored(run.withNumber(after.runCount()).withContextBytes(0));
    SessionTable.update(connection, after);
    RunTable.insert(connection, stored);
    ChangeTable.add(connection, Change.ofRun(stored));
    return stored;
  }

  public static Run update(Connection connection, Run.Ref ref, UnaryOperator<Run> change)
      throws SQLException {
    Run before = require(connection, ref);
    Run after = asStored(UpdateRules.apply(before, change));
    if (!after.equals(before)) {
      RunTable.update(connection, after);
      ChangeTable.add(connection, Change.ofRun(after));
    }
    return after;
  }

  public static Run putContext(Connection connection, Run.Ref ref, List<Json> items)
      throws SQLException {
    long bytes = items.stream().mapToLong(item -> item.utf8().length).sum();
    Run after = require(connection, ref).withContextBytes(bytes);
    RunContextTable.put(connection, after, items);
    RunTable.update(connection, after);
    ChangeTable.add(connection, Change.ofRun(after));
    return after;
  }

  private static Run require(Connection connection, Run.Ref ref) throws SQLException {
    Run run =
        RunTable.find(
            connection, SessionWrites.requireActive(connection, ref.session()), ref.runId());
    if (run == null) {
      throw StoreErrors.runNotFound();
    }
    return run;
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
        Micros.truncateIfAny(run.endTime()));
  }
}
