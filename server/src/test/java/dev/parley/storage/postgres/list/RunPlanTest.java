package dev.parley.storage.postgres.list;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Run;
import dev.parley.model.Run.State;
import dev.parley.storage.postgres.Database;
import dev.parley.storage.postgres.schema.Schema;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.run.RunPosition;
import dev.parley.testing.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages of 200,000 runs read no more rows than their agents and states have on a page. */
class RunPlanTest {
  private static final int LIMIT = 50;
  private static final UUID FIRST = new UUID(0, 1);
  private static final UUID SECOND = new UUID(0, 2);
  private static final List<RunPosition> STARTS =
      List.of(
          new RunPosition(Micros.toInstant(Long.MAX_VALUE), new UUID(0, 0), 0),
          new RunPosition(Micros.toInstant(100_000), new UUID(0, 0), 0));

  private static final String FILL_SESSIONS =
      """
      INSERT INTO session (agent_id, session_id, key, agent_version, metadata,
        create_time, update_time, head_sequence, spoken_count, run_count, revision)
      SELECT CASE WHEN n %% 10 = 0 THEN '%s'::uuid ELSE '%s'::uuid END, md5(n::text)::uuid,
        'key ' || n, '1.0', '{}', n, n, 0, 0, 10, 1
      FROM generate_series(1, 20000) AS n
      """
          .formatted(SECOND, FIRST);

  /** Ten runs of each session, with one of 100 in each state but COMPLETED. */
  private static final String FILL_RUNS =
      """
      INSERT INTO run (agent_id, session_id, run_number, run_id, state, details, context_bytes,
        create_time)
      SELECT agent_id, session_id, n, 'run ' || n,
        CASE WHEN (create_time + n) % 100 < 5 THEN (create_time + n) % 100 ELSE 2 END, '{}', 0,
        create_time * 10 + n
      FROM session CROSS JOIN generate_series(1, 10) AS n
      """;

  private static Connection connection;

  @BeforeAll
  static void fill() throws SQLException {
    String url = PostgresServer.shared().newDatabase();
    Schema.migrate(url);
    new Database(url).execute(FILL_SESSIONS, FILL_RUNS, "ANALYZE session", "ANALYZE run");
    connection = DriverManager.getConnection(url);
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  private enum States {
    RUNNING(EnumSet.of(State.RUNNING)),
    COMPLETED(EnumSet.of(State.COMPLETED)),
    UNFINISHED(EnumSet.of(State.PENDING, State.RUNNING)),
    ALL(EnumSet.allOf(State.class));

    private final Set<Run.State> states;

    States(Set<Run.State> states) {
      this.states = states;
    }
  }

  @ParameterizedTest
  @EnumSource
  void page_readsItsRowsFromTheIndex(States of) throws SQLException {
    for (List<UUID> agents : List.of(List.of(FIRST), List.of(SECOND), List.of(FIRST, SECOND))) {
      for (RunPosition after : STARTS) {
        List<String> plan = explain(agents, of.states, after);

        assertThat(plan).noneMatch(line -> line.contains("Seq Scan"));
        assertThat(plan).anyMatch(line -> line.contains("run_by_state"));
        int rowsMax = agents.size() * of.states.size() * LIMIT;
        assertThat(plan)
            .as(String.join("\n", plan))
            .allSatisfy(
                line -> assertThat(SessionPlanTest.rows(line)).isLessThanOrEqualTo(rowsMax));
        assertThat(SessionPlanTest.rows(plan.get(0))).isEqualTo(LIMIT);
      }
    }
  }

  private static List<String> explain(List<UUID> agents, Set<Run.State> states, RunPosition after)
      throws SQLException {
    Sql sql = RunLists.sql(agents);
    Sql explained = new Sql(sql.home(), "EXPLAIN (ANALYZE, TIMING OFF) " + sql.text());
    try (BoundStatement statement = new BoundStatement(connection, explained)) {
      return RunLists.bind(statement, agents, states, after, LIMIT).all(Row::text);
    }
  }
}
