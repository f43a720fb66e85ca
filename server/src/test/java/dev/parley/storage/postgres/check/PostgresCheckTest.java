package dev.parley.storage.postgres.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.storage.Store;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.postgres.Database;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.SampleData;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresCheckTest {
  private static String whole;

  @BeforeAll
  static void fill() {
    whole = PostgresServer.shared().newDatabase();
    try (Store store = PostgresStores.open(whole, PostgresSettings.DEFAULTS)) {
      SampleData.fill(store, 2, 9, 20);
    }
  }

  @Test
  void run_wholeStore_findsNothing() {
    assertThat(CheckFindings.of(PostgresStores.check(whole))).isEmpty();
  }

  /** Servers continue during the check. */
  @Test
  void run_storeInUse_isRead() {
    try (Store store = PostgresStores.open(whole, PostgresSettings.DEFAULTS)) {
      assertThat(CheckFindings.of(PostgresStores.check(whole))).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE FROM agent WHERE owner = 'owner-0' | belongs to no agent",
        "UPDATE api_key SET owner = 'x' WHERE agent_id IS NOT NULL | another owner than its agent",
        "UPDATE api_key SET secret_hash = decode(md5(key_id::text), 'hex') | not have 32 bytes",
        "DELETE FROM agent_home WHERE owner = 'owner-1' | differs between the tables agent",
        "DELETE FROM session_location | is not found by its id alone",
        "UPDATE message SET message_id = 'x-000000000002' WHERE sequence < 3 | have the same id",
        "UPDATE session_location SET agent_id = gen_random_uuid() | the list of ids leads to no",
        "UPDATE user_agent SET session_count = 9 | has a wrong session count",
        "DELETE FROM user_agent | has a wrong session count",
        "DELETE FROM session_creation | differs between the tables session and session_creation",
        "UPDATE session_creation SET user_id = 'x' | between the tables session and session_crea",
        "DELETE FROM session_label WHERE name = 'n' | between the tables session and session_label",
        "UPDATE session_label SET value = 'x' | differs between the tables session and session_la",
        "UPDATE session_label SET update_time = 1 | between the tables session and session_label",
        "UPDATE session SET due_time = NULL | missing from the expiry index, or indexed too late",
        "UPDATE session SET due_time = due_time * 2 | from the expiry index, or indexed too late",
        "UPDATE agent SET default_session_ttl = 1 | differs between the tables agent",
        "DELETE FROM message WHERE sequence = 7 | do not have all sequences up to its head",
        "DELETE FROM message WHERE sequence = 1 | do not have all sequences up to its head",
        "DELETE FROM message WHERE sequence = 20 | do not have all sequences up to its head",
        "UPDATE session SET head_sequence = 21 WHERE head_sequence = 20 | up to its head sequence",
        "UPDATE session SET spoken_count = spoken_count + 1 | has a wrong count of user",
        "UPDATE session SET deleted_count = deleted_count + 1 | a wrong count of deleted messages",
        "UPDATE message SET delete_time = 9 WHERE role > 1 | a wrong count of deleted messages",
        "UPDATE session SET cleared_sequence = 7 | do not have all sequences up to its head",
        "DELETE FROM run WHERE run_number = 2 | its runs do not have the numbers 1 to",
        "DELETE FROM run WHERE run_number = 2 | a context belongs to no run",
        "DELETE FROM run_context WHERE position = 1 | the context of a run is incomplete",
        "UPDATE run_context SET position = position * 2 | the context of a run is incomplete",
        "DELETE FROM session WHERE archive_time IS NOT NULL | messages have no session",
        "DELETE FROM session WHERE run_count > 0 | runs have no session",
        "UPDATE message SET role = 5 WHERE sequence = 2 | the record of a message cannot be read",
        "UPDATE audit_entry SET action = '' | the record of an audit entry cannot be read",
        "UPDATE audit_entry SET owner = NULL | the record of an audit entry cannot be read",
        "UPDATE session_change SET agent_id = gen_random_uuid() | belongs to no agent",
        "SELECT setval('session_change_number', 1) | is after the last number of the sequence",
        "UPDATE session_change SET kind = 9 | the record of a change cannot be read",
        "UPDATE session_change SET run_id = '' | the record of a change cannot be read",
        "UPDATE run SET state = 9 | the record of a run cannot be read"
      })
  void run_damage_isNamed(String damage, String expected) {
    String url = PostgresServer.shared().copy(whole);
    new Database(url).execute(damage);

    List<String> found = CheckFindings.of(PostgresStores.check(url));

    assertThat(found)
        .anyMatch(
            line ->
                line.contains(expected)
                    && line.matches(
                        "(key|agent|audit entry|session|(message|run|change) \\d+)"
                            + " .*[0-9a-f-]{36}.*"));
  }

  @Test
  void check_noStore_refusedWithoutWhatTheUrlHides() {
    String url = PostgresServer.shared().newDatabase();
    assertThatThrownBy(() -> PostgresStores.check(url + "&ApplicationName=secret"))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("it contains no Parley store")
        .hasMessageNotContaining("secret");
  }
}
