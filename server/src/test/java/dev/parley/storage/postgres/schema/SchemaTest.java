package dev.parley.storage.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.postgres.Database;
import dev.parley.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tables that the migrations create. */
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

  /** The leading columns of every unique index of a table, including the primary key. */
  private static final Map<String, String> BEGINNINGS =
      Map.ofEntries(
          Map.entry("agent_home", "agent_id"),
          Map.entry("session", "agent_id"),
          Map.entry("session_creation", "agent_id"),
          Map.entry("session_label", "agent_id"),
          Map.entry("message", "agent_id"),
          Map.entry("message_search", "agent_id"),
          Map.entry("run", "agent_id"),
          Map.entry("run_context", "agent_id"),
          Map.entry("session_change", "agent_id"),
          Map.entry("session_location", "session_id"),
          Map.entry("user_agent", "owner"),
          Map.entry("audit_entry", "entry_id"));

  private static final List<String> ON_EVERY_NODE =
      List.of("agent", "api_key", "webhook", "webhook_delivery", "parley_schema");

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

  /** Room for updates in the page, and a vacuum that keeps up with them. */
  @Test
  void session_hasSettingsForFrequentUpdates() {
    assertThat(
            new Database(url)
                .rows("SELECT unnest(reloptions) FROM pg_class WHERE relname = 'session'"))
        .containsExactlyInAnyOrder("fillfactor=50", "autovacuum_vacuum_scale_factor=0.02");
  }

  /** The statements of the documentation, which were tried on a cluster, cover every table. */
  @Test
  void documentation_distributesEveryTableByTheBeginningOfItsKeys() throws IOException {
    String page = Files.readString(Path.of("docs/POSTGRES.md"));
    Map<String, String> distributed = new TreeMap<>();
    Matcher statements =
        Pattern.compile("create_distributed_table\\('(\\w+)', '(\\w+)'").matcher(page);
    while (statements.find()) {
      distributed.put(statements.group(1), statements.group(2));
    }

    Map<String, String> expected = new TreeMap<>(BEGINNINGS);
    expected.put("user_agent", "user_id");
    assertThat(distributed).isEqualTo(expected);
    assertThat(page)
        .contains(
            "create_reference_table('agent')",
            "create_reference_table('api_key')",
            "create_reference_table('webhook')",
            "create_reference_table('webhook_delivery')");
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
