package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads of the change log through two servers while transactions that took numbers are open. */
@Timeout(60)
class OpenChangesTest {
  private final Database database = new Database(PostgresServer.shared().newDatabase());
  private final Store one = PostgresStores.open(database.url(), PostgresSettings.DEFAULTS);
  private final Store two = PostgresStores.open(database.url(), PostgresSettings.DEFAULTS);
  private Session held;
  private Session other;

  @BeforeEach
  void createSessions() {
    UUID agentId = one.createAgent(Agents.of("acme"), AuditContexts.any()).join().agentId();
    held = one.createSession(Sessions.of(agentId)).join();
    other = one.createSession(Sessions.of(agentId)).join();
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  /** A reader of all changes of the agent. */
  private final class Reader {
    private final List<Change> seen = new ArrayList<>();
    private ChangePosition position = ChangePosition.START;

    ChangePage read(Store store) {
      ChangeQuery query = new ChangeQuery(Set.of(held.agentId()), position, 100);
      ChangePage page = store.listChanges(query, Cancellation.NONE).join();
      seen.addAll(page.changes());
      position = page.next();
      return page;
    }

    /** Reads until it has seen a number of changes. */
    void readUntil(Store store, int count) {
      while (seen.size() < count) {
        read(store);
      }
      assertThat(seen).hasSize(count);
    }

    List<UUID> sessionsFrom(int index) {
      return seen.subList(index, seen.size()).stream().map(Change::sessionId).toList();
    }
  }

  @Test
  void laterChange_waitsForAnOpenOne_andBothAreListedOnce() throws SQLException {
    Reader ofOne = new Reader();
    Reader ofTwo = new Reader();
    ofOne.readUntil(one, 2);
    ofTwo.readUntil(two, 2);
    try (Connection connection = begin()) {
      long number = change(connection, held);
      append(two, other);

      for (int i = 0; i < 3; i++) {
        assertThat(ofOne.read(one).changes()).isEmpty();
        assertThat(ofTwo.read(two).changes()).isEmpty();
        assertThat(one.lastChange().join().number()).isLessThan(number);
        assertThat(two.lastChange().join().number()).isLessThan(number);
      }
      assertThat(ofOne.position.number()).isLessThan(number);
      connection.commit();
    }

    ofOne.readUntil(two, 4);
    ofTwo.readUntil(one, 4);
    assertThat(ofOne.sessionsFrom(2)).containsExactly(held.sessionId(), other.sessionId());
    assertThat(ofTwo.seen).isEqualTo(ofOne.seen);
    assertThat(ofOne.read(one).changes()).isEmpty();
  }

  /** No transaction ended after these two began, so they are beyond the ids of a snapshot. */
  @Test
  void twoOpenChanges_firstIsCommitted_secondIsNotPassed() throws SQLException {
    Reader reader = new Reader();
    reader.readUntil(one, 2);
    try (Connection first = begin();
        Connection second = begin()) {
      change(first, held);
      long number = change(second, other);
      assertThat(reader.read(one).changes()).isEmpty();
      first.commit();

      for (int i = 0; i < 3; i++) {
        assertThat(reader.read(one).next().number()).isLessThan(number);
      }
      second.commit();
    }

    reader.readUntil(one, 4);
    assertThat(reader.sessionsFrom(2)).containsExactly(held.sessionId(), other.sessionId());
  }

  @Test
  void laterChange_waitsForAnOpenOne_thatIsRolledBack() throws SQLException {
    Reader reader = new Reader();
    reader.readUntil(one, 2);
    try (Connection connection = begin()) {
      change(connection, held);
      append(two, other);
      assertThat(reader.read(one).changes()).isEmpty();
      connection.rollback();
    }

    reader.readUntil(one, 3);
    assertThat(reader.sessionsFrom(2)).containsExactly(other.sessionId());
  }

  /** A reader follows, although at each moment a transaction is open. */
  @Test
  void overlappingTransactions_delayOnlyLaterChanges() throws SQLException {
    Reader reader = new Reader();
    reader.readUntil(one, 2);
    Connection open = begin();
    change(open, held);
    int rounds = 20;
    for (int i = 1; i <= rounds; i++) {
      reader.read(one);
      Connection next = begin();
      change(next, held);
      open.commit();
      open.close();
      open = next;
      reader.readUntil(one, 2 + i);
    }
    open.rollback();
    open.close();

    assertThat(reader.seen).extracting(Change::position).isSorted().doesNotHaveDuplicates();
  }

  /** More samples than a server keeps. */
  @Test
  void longTransaction_delaysAllAndLosesNone() throws SQLException {
    Reader reader = new Reader();
    reader.readUntil(one, 2);
    int appends = 20;
    try (Connection connection = begin()) {
      change(connection, held);
      for (int i = 0; i < appends; i++) {
        append(two, other);
        assertThat(reader.read(one).changes()).isEmpty();
      }
      connection.commit();
    }

    reader.readUntil(one, 3 + appends);
    assertThat(reader.seen).extracting(Change::position).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void lastChange_serverStartsDuringAnOpenTransaction_isUnavailableUntilItEnds()
      throws SQLException {
    try (Connection connection = begin()) {
      change(connection, held);
      try (Store started = PostgresStores.open(database.url(), PostgresSettings.DEFAULTS)) {
        Reader reader = new Reader();

        assertThat(started.lastChange())
            .failsWithin(Duration.ofSeconds(30))
            .withThrowableThat()
            .withRootCauseInstanceOf(SessionException.class)
            .withMessageContaining("waits for open transactions");
        assertThat(reader.read(started).changes()).isEmpty();
        connection.commit();

        reader.readUntil(started, 3);
        assertThat(started.lastChange().join()).isGreaterThanOrEqualTo(reader.position);
      }
    }
  }

  /** As after a failover to a database that lacks the newest changes. */
  @Test
  void numbersThatWentBack_areListedAgainAfterPositionsThatWereLost() {
    Reader reader = new Reader();
    reader.readUntil(one, 2);
    long before = reader.position.number();
    append(two, other);
    reader.readUntil(one, 3);

    database.execute(
        "DELETE FROM session_change WHERE kind = 0",
        "SELECT setval('session_change_number', %d)".formatted(before));
    while (reader.position.number() > before) {
      assertThat(reader.read(one).changes()).isEmpty();
    }
    append(two, other);

    reader.readUntil(one, 4);
    assertThat(reader.seen.get(3).position().number()).isEqualTo(before + 1);
  }

  private Connection begin() throws SQLException {
    Connection connection = database.connect();
    connection.setAutoCommit(false);
    return connection;
  }

  /** Adds a change, as a write of a server does. Returns its number. */
  private static long change(Connection connection, Session session) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet number =
            statement.executeQuery(
                """
                INSERT INTO session_change
                  (agent_id, change_number, session_id, kind, first_sequence, last_sequence)
                SELECT '%s', CASE WHEN pg_current_xact_id() IS NOT NULL
                  THEN nextval('session_change_number') END, '%s', 1, 0, 0
                RETURNING change_number
                """
                    .formatted(session.agentId(), session.sessionId()))) {
      assertThat(number.next()).isTrue();
      return number.getLong(1);
    }
  }

  private static void append(Store store, Session session) {
    store
        .append(
            new Append(
                Sessions.ref(session),
                null,
                OptionalLong.empty(),
                Sessions.drafts(1),
                Instant.EPOCH))
        .join();
  }
}
