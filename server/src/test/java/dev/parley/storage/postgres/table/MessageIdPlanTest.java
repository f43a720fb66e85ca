package dev.parley.storage.postgres.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.postgres.Database;
import dev.parley.storage.postgres.schema.Schema;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.rules.MessageIds;
import dev.parley.testing.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks up single messages in a session of 50,000 messages, half of them with chosen ids. */
class MessageIdPlanTest {
  private static final UUID AGENT = new UUID(0, 1);
  private static final UUID SESSION = new UUID(0, 2);

  private static final String FILL =
      """
      INSERT INTO message (agent_id, session_id, sequence, message_id, role, blocks, content,
        metadata, create_time)
      SELECT '%s', '%s', n,
        CASE WHEN n %% 2 = 0 THEN 'chosen ' || n
          ELSE substr(md5(n::text), 1, 20) || lpad(to_hex(n), 12, '0') END,
        0, false, 'x', '{}', n
      FROM generate_series(1, 50000) AS n
      """
          .formatted(AGENT, SESSION);

  private static Database database;
  private static Connection connection;

  @BeforeAll
  static void fill() throws SQLException {
    String url = PostgresServer.shared().newDatabase();
    Schema.migrate(url);
    database = new Database(url);
    database.execute(FILL, "ANALYZE message");
    connection = DriverManager.getConnection(url);
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  /** REINDEX counts the entries. */
  @Test
  void index_hasOnlyIdsThatDoNotEndWithTheirSequence() throws SQLException {
    database.execute("REINDEX INDEX message_by_chosen_id");

    assertThat(
            database.rows("SELECT reltuples FROM pg_class WHERE relname = 'message_by_chosen_id'"))
        .containsExactly("25000");
    assertThat(database.rows("SELECT relname FROM pg_class WHERE relname = 'message_by_id'"))
        .isEmpty();
  }

  /** A chosen id, an id of the server, and ids of no message that end with a sequence. */
  @ParameterizedTest
  @ValueSource(
      strings = {"chosen 40000", "3183fc21acb07e30098c000000009c41", "chosen 000000000007", "none"})
  void lookup_readsAtMostOneRowOfEachIndex(String messageId) throws SQLException {
    Sql explained =
        new Sql(
            MessageTable.FIND.home(), "EXPLAIN (ANALYZE, TIMING OFF) " + MessageTable.FIND.text());
    List<String> plan;
    try (BoundStatement statement = new BoundStatement(connection, explained)) {
      plan =
          statement
              .withIds(List.of(SESSION))
              .withTexts(List.of(messageId))
              .withNumbers(List.of(MessageIds.sequenceOf(messageId)))
              .with(AGENT)
              .with(AGENT)
              .all(Row::text);
    }
    String text = String.join("\n", plan);

    assertThat(text).contains("message_by_chosen_id", "message_pkey").doesNotContain("Seq Scan");
    assertThat(text).doesNotContainPattern("Removed by Filter: ([2-9]|\\d\\d)");
  }
}
