package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tables as they come out of the migrations. */
class SchemaTest {
  private static final String UNIQUE_INDEXES =
      """
      SELECT index.indrelid::regclass::text, index.indexrelid::regclass::text,
        array_agg(attribute.attname::text ORDER BY attribute.attnum)
      FROM pg_index AS index
      JOIN pg_attribute AS attribute ON attribute.attrelid = index.indexrelid
      WHERE index.indisunique AND index.indrelid IN (
        SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)
      GROUP BY 1, 2
      """;

  /** The first columns of every unique index of a table, the primary key's included. */
  private static final Map<String, String> BEGINNINGS =
      Map.of(
          "agent_home", "agent_id",
          "session", "agent_id",
          "message", "agent_id",
          "run", "agent_id",
          "run_context", "agent_id",
          "session_location", "session_id",
          "user_agent", "owner");

  private static final List<String> ON_EVERY_NODE = List.of("agent", "api_key", "parley_schema");

  private static String url;

  @BeforeAll
  static void migrate() throws SQLException {
    url = PostgresServer.shared().newDatabase();
    Schema.migrate(url);
  }

  @Test
  void uniqueIndexes_beginWithWhatTheirTableIsDistributedBy() throws SQLException {
    Map<String, List<List<String>>> found = uniqueIndexes();

    found.keySet().removeAll(ON_EVERY_NODE);
    assertThat(found).containsOnlyKeys(BEGINNINGS.keySet());
    found.forEach(
        (table, indexes) ->
            assertThat(indexes)
                .allSatisfy(columns -> assertThat(columns).startsWith(BEGINNINGS.get(table))));
    assertThat(found.get("user_agent"))
        .allSatisfy(columns -> assertThat(columns).contains("user_id"));
  }

  @Test
  void migrate_again_changesNothing() throws SQLException {
    Map<String, List<List<String>>> before = uniqueIndexes();

    Schema.migrate(url);

    assertThat(uniqueIndexes()).isEqualTo(before);
  }

  private static Map<String, List<List<String>>> uniqueIndexes() throws SQLException {
    Map<String, List<List<String>>> found = new TreeMap<>();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(UNIQUE_INDEXES)) {
      while (rows.next()) {
        List<String> columns = List.of((String[]) rows.getArray(3).getArray());
        found.computeIfAbsent(rows.getString(1), table -> new ArrayList<>()).add(columns);
      }
    }
    return found;
  }
}
