package dev.parley.storage.postgres.table;

import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.rules.LeaseRules;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table {@code run}. */
public final class RunTable {
  private static final Run.State[] STATES = Run.State.values();

  public static final String COLUMNS =
      "agent_id, session_id, run_number, run_id, state, model, reasoning, usage, error, details,"
          + " context_bytes, create_time, start_time, end_time";

  private static final Sql INSERT =
      Sql.ofAgent(
          """
          INSERT INTO run (%s)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """
              .formatted(COLUMNS));

  private static final Sql UPDATE =
      Sql.ofAgent(
          """
          UPDATE run
          SET state = ?, model = ?, reasoning = ?, usage = ?, error = ?, details = ?,
            context_bytes = ?, start_time = ?, end_time = ?
          WHERE agent_id = ? AND session_id = ? AND run_number = ?
          """);

  private static final Sql FIND =
      Sql.ofAgent(
          """
          SELECT %s
          FROM run
          WHERE agent_id = ? AND session_id = ? AND run_id = ANY (?)
          """
              .formatted(COLUMNS));

  private static final Sql FIND_WITH_SESSION = SessionTable.FIND.thenCommit(FIND);

  private static final Sql NEWEST_FIRST = page("<", "DESC");
  private static final Sql OLDEST_FIRST = page(">", "ASC");

  private static final Sql DELETE =
      Sql.ofAgent(
          """
          DELETE FROM run
          WHERE agent_id = ? AND session_id = ? AND run_number <= ?
          """);

  /** The number of rows to delete per statement, to stay far below the statement timeout. */
  private static final long DELETED_AT_ONCE = 100;

  private RunTable() {}

  /** The session, followed by a page of its runs with a size limit. */
  private static Sql page(String after, String order) {
    return SessionTable.FIND.thenCommit(
        Sql.ofAgent(
            """
            SELECT %1$s
            FROM (
              SELECT %1$s,
                coalesce(sum(octet_length(run_id) + octet_length(details)
                  + coalesce(octet_length(reasoning), 0) + coalesce(octet_length(usage), 0)
                  + coalesce(octet_length(error), 0) + coalesce(octet_length(model), 0) + %4$d)
                  OVER (ORDER BY run_number %3$s
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
              FROM (
                SELECT %1$s
                FROM run
                WHERE agent_id = ? AND session_id = ? AND run_number %2$s ?
                ORDER BY run_number %3$s
                LIMIT ?
              ) AS candidate
            ) AS counted
            WHERE bytes_before <= ?
            ORDER BY run_number %3$s
            """
                .formatted(COLUMNS, after, order, Run.FIXED_BYTES)));
  }

  public static Optional<RunPage> list(ReadTransaction transaction, RunQuery query)
      throws SQLException {
    SessionRef.ById ref = query.ref();
    try (BoundStatement statement =
        transaction.statement(query.newestFirst() ? NEWEST_FIRST : OLDEST_FIRST)) {
      bindTwice(statement, ref)
          .with(query.newestFirst() && query.after() == 0 ? Long.MAX_VALUE : query.after())
          .with(query.limit())
          .with(query.bytesMax());
      return page(ref, statement.firstAndAll(SessionTable::map, RunTable::map));
    }
  }

  public static Optional<RunPage> find(
      ReadTransaction transaction, SessionRef.ById ref, Set<String> runIds) throws SQLException {
    try (BoundStatement statement = transaction.statement(FIND_WITH_SESSION)) {
      bindTwice(statement, ref).withTexts(runIds);
      return page(ref, statement.firstAndAll(SessionTable::map, RunTable::map));
    }
  }

  private static Optional<RunPage> page(
      SessionRef ref, BoundStatement.@Nullable Pair<Session, Run> found) {
    return found == null || !ref.matches(found.first())
        ? Optional.empty()
        : Optional.of(new RunPage(found.first(), LeaseRules.leased(found.first(), found.rows())));
  }

  static BoundStatement bindTwice(BoundStatement statement, SessionRef.ById ref)
      throws SQLException {
    return statement
        .with(ref.agentId())
        .with(ref.sessionId())
        .with(ref.agentId())
        .with(ref.sessionId());
  }

  /** The run with this id, of a locked session. */
  public static @Nullable Run find(Connection connection, Session session, String runId)
      throws SQLException {
    try (BoundStatement statement = new BoundStatement(connection, FIND)) {
      return statement
          .with(session.agentId())
          .with(session.sessionId())
          .withTexts(List.of(runId))
          .first(RunTable::map);
    }
  }

  public static void insert(Connection connection, Run run) throws SQLException {
    Run.Report report = run.report();
    try (BoundStatement statement = new BoundStatement(connection, INSERT)) {
      statement
          .with(run.agentId())
          .with(run.sessionId())
          .with(run.number())
          .withText(run.runId())
          .with(run.state().ordinal())
          .withText(report.model())
          .with(report.reasoning())
          .with(report.usage())
          .withText(report.error())
          .with(report.details())
          .with(run.contextBytes())
          .with(run.createTime())
          .with(run.startTime())
          .with(run.endTime())
          .update();
    }
  }

  public static void update(Connection connection, Run run) throws SQLException {
    Run.Report report = run.report();
    try (BoundStatement statement = new BoundStatement(connection, UPDATE)) {
      statement
          .with(run.state().ordinal())
          .withText(report.model())
          .with(report.reasoning())
          .with(report.usage())
          .withText(report.error())
          .with(report.details())
          .with(run.contextBytes())
          .with(run.startTime())
          .with(run.endTime())
          .with(run.agentId())
          .with(run.sessionId())
          .with(run.number())
          .update();
    }
  }

  /** Deletes the runs of a locked session. */
  public static void delete(Connection connection, Session session) throws SQLException {
    long count = session.runCount();
    for (long last = 0; last < count; ) {
      last = Math.min(last + DELETED_AT_ONCE, count);
      for (Sql sql : List.of(RunContextTable.DELETE_CONTEXTS, DELETE)) {
        try (BoundStatement statement = new BoundStatement(connection, sql)) {
          statement.with(session.agentId()).with(session.sessionId()).with(last).update();
        }
      }
    }
  }

  /** Reads the columns {@link #COLUMNS}, without the lease, which is part of the session. */
  public static Run map(Row row) throws SQLException {
    var agentId = row.id();
    var sessionId = row.id();
    long number = row.number();
    String runId = row.text();
    Run.State state = STATES[(int) row.number()];
    Run.Report report =
        new Run.Report(
            row.textOrNull(), row.jsonOrNull(), row.jsonOrNull(), row.textOrNull(), row.json());
    return new Run(
        agentId,
        sessionId,
        runId,
        number,
        state,
        report,
        row.number(),
        row.time(),
        row.timeOrNull(),
        row.timeOrNull(),
        null);
  }
}
