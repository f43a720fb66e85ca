package dev.parley.storage.postgres.list;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.postgres.Database;
import dev.parley.storage.postgres.schema.Schema;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.rules.Micros;
import dev.parley.testing.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages of 200,000 sessions read no more rows than they return. */
class SessionPlanTest {
  private static final int LIMIT = 50;
  private static final UUID FIRST = new UUID(0, 1);
  private static final UUID SECOND = new UUID(0, 2);
  private static final long MIDDLE = 100_000;

  /**
   * The first agent has nine of ten sessions. Half of the sessions are archived. One of 5,000 is
   * busy, and its indexed time is 100 behind.
   */
  private static final String FILL =
      """
      INSERT INTO session (agent_id, session_id, key, user_id, client, agent_version, metadata,
        create_time, update_time, head_sequence, spoken_count, run_count, revision, archive_time,
        busy, busy_update_time)
      SELECT CASE WHEN n %% 10 = 0 THEN '%s'::uuid ELSE '%s'::uuid END, md5(n::text)::uuid,
        'key ' || n, 'user ' || n %% 7, 'client ' || n %% 3, '1.0', '{}', n,
        (n * 7919) %% 200003, 0, 0, 0, 1, CASE WHEN n / 10 %% 2 = 1 THEN n END,
        n %% 5000 = 1, CASE WHEN n %% 5000 = 1 THEN (n * 7919) %% 200003 + 100 END
      FROM generate_series(1, 200000) AS n
      """
          .formatted(SECOND, FIRST);

  private static final String INDEX =
      """
      INSERT INTO session_creation (agent_id, session_id, create_time, user_id, client)
      SELECT agent_id, session_id, create_time, user_id, client FROM session
      WHERE archive_time IS NULL
      """;

  private static final String INDEX_LABELS =
      """
      INSERT INTO session_label (agent_id, session_id, name, value, create_time, update_time)
      SELECT agent_id, session_id, 'team', right(client, 1), create_time, update_time FROM session
      WHERE archive_time IS NULL
      """;

  private static final Pattern READ =
      Pattern.compile("actual .*rows=([0-9.]+) loops=(\\d+)|Removed by Filter: (\\d+)");

  private static Connection connection;

  @BeforeAll
  static void fill() throws SQLException {
    String url = PostgresServer.shared().newDatabase();
    Schema.migrate(url);
    new Database(url)
        .execute(
            FILL,
            INDEX,
            INDEX_LABELS,
            "ANALYZE session",
            "ANALYZE session_creation",
            "ANALYZE session_label");
    connection = DriverManager.getConnection(url);
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  static Stream<SessionQuery> queries() {
    List<SessionQuery> queries = new ArrayList<>();
    for (SessionFilter filter : filters()) {
      for (SessionOrder order : SessionOrder.values()) {
        boolean unserved =
            (order.listsArchived() && filter.label() != null)
                || (order.listsAll() && filter.client() != null);
        if (unserved) {
          continue;
        }
        Cursor middle = new Cursor(Micros.toInstant(MIDDLE), new UUID(0, 0));
        queries.add(new SessionQuery(filter, order, null, LIMIT, Long.MAX_VALUE));
        queries.add(new SessionQuery(filter, order, middle, LIMIT, Long.MAX_VALUE));
      }
    }
    return queries.stream();
  }

  private static List<SessionFilter> filters() {
    return List.of(
        new SessionFilter(null, "acme", null, null),
        new SessionFilter(null, "acme", "user 3", null),
        new SessionFilter(null, "acme", null, "client 1"),
        new SessionFilter(null, "acme", "user 3", "client 1"),
        new SessionFilter(null, "acme", null, null, new SessionFilter.Label("team", "1")));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void page_readsItsRowsFromAnIndex(SessionQuery query) throws SQLException {
    for (List<UUID> agents : List.of(List.of(FIRST), List.of(SECOND), List.of(FIRST, SECOND))) {
      List<String> plan = explain(agents, query);
      boolean union = SessionPart.of(query.filter()).isUnion(query);
      int rowsMax = agents.size() * LIMIT * (union ? 2 : 1);

      assertThat(plan).noneMatch(line -> line.contains("Seq Scan"));
      assertThat(plan)
          .as(String.join("\n", plan))
          .allSatisfy(line -> assertThat(rows(line)).isLessThanOrEqualTo(rowsMax));
      assertThat(rows(plan.get(0))).isEqualTo(LIMIT);
    }
  }

  private static List<String> explain(List<UUID> agents, SessionQuery query) throws SQLException {
    Sql sql = SessionLists.sql(agents, query);
    Sql explained = new Sql(sql.home(), "EXPLAIN (ANALYZE, TIMING OFF) " + sql.text());
    try (BoundStatement statement = new BoundStatement(connection, explained)) {
      return SessionLists.bind(statement, agents, query).all(Row::text);
    }
  }

  /** The number of rows that a line of a plan reports. */
  static double rows(String line) {
    Matcher matcher = READ.matcher(line);
    if (!matcher.find()) {
      return 0;
    }
    return matcher.group(3) != null
        ? Double.parseDouble(matcher.group(3))
        : Double.parseDouble(matcher.group(1)) * Double.parseDouble(matcher.group(2));
  }
}
