package dev.parley.storage.postgres.table;

import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The table {@code run_context}: the retrieved contexts of runs. */
public final class RunContextTable {
  private static final Sql FIND_CONTEXTS =
      Sql.ofAgent(
          """
          SELECT run.run_id, run_context.item
          FROM run
          LEFT JOIN run_context
            ON run_context.agent_id = run.agent_id
              AND run_context.session_id = run.session_id
              AND run_context.run_number = run.run_number
          WHERE run.agent_id = ? AND run.session_id = ? AND run.run_id = ANY (?)
          ORDER BY run.run_number, run_context.position
          """);

  private static final Sql CONTEXTS_WITH_SESSION = SessionTable.FIND.thenCommit(FIND_CONTEXTS);

  private static final Sql INSERT_CONTEXT =
      Sql.ofAgent(
          """
          INSERT INTO run_context (agent_id, session_id, run_number, position, item)
          VALUES (?, ?, ?, ?, ?)
          """);

  private static final Sql DELETE_CONTEXT =
      Sql.ofAgent(
          """
          DELETE FROM run_context
          WHERE agent_id = ? AND session_id = ? AND run_number = ?
          """);

  static final Sql DELETE_CONTEXTS =
      Sql.ofAgent(
          """
          DELETE FROM run_context
          WHERE agent_id = ? AND session_id = ? AND run_number <= ?
          """);

  private RunContextTable() {}

  /** The retrieved contexts of runs, by run id. */
  public static Optional<Map<String, List<Json>>> find(
      ReadTransaction transaction, SessionRef.ById ref, Set<String> runIds) throws SQLException {
    Map<String, List<Json>> contexts = new HashMap<>();
    try (BoundStatement statement = transaction.statement(CONTEXTS_WITH_SESSION)) {
      RunTable.bindTwice(statement, ref).withTexts(runIds);
      BoundStatement.Pair<Session, Boolean> found =
          statement.firstAndAll(
              SessionTable::map,
              row -> {
                List<Json> items = contexts.computeIfAbsent(row.text(), runId -> new ArrayList<>());
                Json item = row.jsonOrNull();
                return item != null && items.add(item);
              });
      return found == null || !ref.matches(found.first())
          ? Optional.empty()
          : Optional.of(contexts);
    }
  }

  /** Replaces the retrieved context of a run. */
  public static void put(Connection connection, Run run, List<Json> items) throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, DELETE_CONTEXT)) {
      statement.with(run.agentId()).with(run.sessionId()).with(run.number()).update();
    }
    try (BoundStatement statement = new BoundStatement(connection, INSERT_CONTEXT)) {
      for (int i = 0; i < items.size(); i++) {
        statement
            .with(run.agentId())
            .with(run.sessionId())
            .with(run.number())
            .with(i)
            .with(items.get(i))
            .addToBatch();
      }
      statement.runBatch();
    }
  }
}
