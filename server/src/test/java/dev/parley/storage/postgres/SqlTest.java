package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.sql.Sql.Placement;
import dev.parley.storage.postgres.table.BusySessionTable;
import dev.parley.storage.postgres.table.SessionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.statement.Commit;
import net.sf.jsqlparser.statement.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every statement of the store touches only the shard that it declares. */
class SqlTest {
  private static final Set<String> OF_AGENTS =
      Set.of(
          "agent_home",
          "session",
          "message",
          "message_search",
          "run",
          "run_context",
          "session_change",
          "session_creation",
          "session_label");

  private static final Map<Placement, Set<String>> TABLES =
      Map.of(
          Placement.AGENT, OF_AGENTS,
          Placement.LOCATION, Set.of("session_location"),
          Placement.USER, Set.of("user_agent"),
          Placement.AUDIT, Set.of("audit_entry"),
          Placement.DIRECTORY, Set.of("agent", "api_key", "webhook", "webhook_delivery"));

  private static final Map<Placement, String> COLUMNS =
      Map.of(
          Placement.AGENT,
          "agent_id",
          Placement.LOCATION,
          "session_id",
          Placement.USER,
          "user_id",
          Placement.AUDIT,
          "entry_id");

  private static final String EXPIRED_SESSIONS =
      """
      SELECT due_time, %s
      FROM session
      WHERE due_time <= ? AND (due_time, session_id) > (?, ?)
      ORDER BY due_time, session_id
      LIMIT ?
      """
          .formatted(SessionTable.SELECTED);

  private static final String EXPIRED_LEASES =
      """
      SELECT lease_due_time, %s
      FROM session
      WHERE lease_due_time <= ? AND (lease_due_time, session_id) > (?, ?) AND archive_time IS NULL
      ORDER BY lease_due_time, session_id
      LIMIT ?
      """
          .formatted(SessionTable.SELECTED);

  private static final String IDLE_SESSIONS =
      """
      SELECT agent_id, session_id
      FROM session
      WHERE busy AND archive_time IS NULL AND %s < ?
      LIMIT ?
      """
          .formatted(BusySessionTable.UPDATE_TIME);

  static Stream<Arguments> statements() {
    return SqlConstants.all().entrySet().stream()
        .filter(each -> each.getValue().home() != Placement.EVERYWHERE)
        .filter(each -> each.getValue().home() != Placement.AGENTS)
        .map(each -> Arguments.of(each.getKey(), each.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("statements")
  void statement_touchesTheOneShardOfItsHome(String name, Sql sql) throws Exception {
    for (Statement statement : parse(sql.text())) {
      String column = COLUMNS.getOrDefault(sql.home(), "");
      Shards shards = Shards.of(statement, column);

      assertThat(TABLES.get(sql.home())).containsAll(shards.tables());
      if (sql.home() != Placement.DIRECTORY) {
        assertThat(shards.tables()).isNotEmpty();
        assertThat(shards.unbound()).isEmpty();
      }
    }
  }

  /** Only batches of appends and lists, which use other statements on distributed databases. */
  @Test
  void statementsForManyAgents_onlyOfBatchesOfAppendsAndLists() {
    assertThat(SqlConstants.all())
        .allSatisfy(
            (name, sql) ->
                assertThat(sql.home() == Placement.AGENTS)
                    .isEqualTo(
                        name.startsWith("AppendTable.")
                            || name.equals("ChangeTable.LIST_OF_AGENTS")
                            || name.equals("RunLists.PAGE_OF_AGENTS")
                            || name.contains("OfAgents/")));
  }

  /**
   * Only these statements run on any node or on all shards: the size of the database, the nodes of
   * agents, deletions of agents, lists of expired and idle sessions, reads of the audit log, and
   * the search index.
   */
  @Test
  void everywhere_onlyAgentDeletionsSweepsAndAuditReads() {
    assertThat(
            SqlConstants.all().entrySet().stream()
                .filter(each -> each.getValue().home() == Placement.EVERYWHERE)
                .filter(each -> !each.getKey().startsWith("AuditTable.LIST"))
                .filter(each -> !each.getKey().startsWith("SearchTable."))
                // The sequence of numbers, which only the coordinator has.
                .filter(each -> !each.getKey().startsWith("ChangeHorizon."))
                .map(Map.Entry::getValue))
        .extracting(Sql::text)
        .containsExactlyInAnyOrder(
            "SELECT pg_database_size(current_database())",
            "DELETE FROM session_location WHERE agent_id = ?",
            "DELETE FROM user_agent WHERE agent_id = ?",
            EXPIRED_SESSIONS,
            EXPIRED_LEASES,
            IDLE_SESSIONS,
            """
            SELECT wanted.agent_id, placement.groupid
            FROM unnest(?::uuid[]) AS wanted (agent_id)
            JOIN pg_dist_placement AS placement
              ON shardid = get_shard_id_for_distribution_column('session', wanted.agent_id)
            """,
            """
            SELECT set_config(
              name, CASE name WHEN 'statement_timeout' THEN '600000' ELSE '0' END, true)
            FROM pg_settings
            WHERE name IN ('statement_timeout', 'transaction_timeout')
            """);
  }

  @Test
  void constants_areFound() {
    assertThat(SqlConstants.all())
        .hasSizeGreaterThan(50)
        .containsKeys(
            "MessageTable.INSERT", "AgentTable.DELETE_DATA/1", "SessionPart.pageOfAgent/OF_USER");
  }

  /** The rule detects violations. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT key FROM session WHERE session_id = ?",
        "SELECT key FROM session WHERE agent_id = ? OR session_id = ?",
        "SELECT key FROM session WHERE agent_id = ANY (?)",
        "SELECT key FROM session WHERE agent_id <> ?",
        "SELECT 1 FROM session JOIN run ON run.session_id = session.session_id"
            + " WHERE session.agent_id = ?",
        "SELECT 1 FROM (SELECT key FROM session WHERE key = ?) AS x WHERE agent_id = ?",
        "DELETE FROM message WHERE session_id = ?",
        "UPDATE session SET key = ? WHERE session_id = ?",
        "INSERT INTO run (session_id, agent_id) VALUES (?, 7)",
        "INSERT INTO message (agent_id) SELECT fresh.agent_id FROM unnest(?) AS fresh (agent_id)"
      })
  void rule_brokenOne_isSeen(String text) throws Exception {
    assertThat(Shards.of(CCJSqlParserUtil.parse(text), "agent_id").unbound()).isNotEmpty();
  }

  private static List<Statement> parse(String text) throws JSQLParserException {
    List<Statement> statements = new ArrayList<>();
    for (String part : text.split(";")) {
      Statement statement = CCJSqlParserUtil.parse(part);
      if (!(statement instanceof Commit)) {
        statements.add(statement);
      }
    }
    return statements;
  }
}
