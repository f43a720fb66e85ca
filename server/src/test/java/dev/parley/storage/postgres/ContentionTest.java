package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Append;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.postgres.table.SessionLocks;
import dev.parley.storage.postgres.table.SessionTable;
import dev.parley.storage.postgres.transaction.PoolSizes;
import dev.parley.storage.postgres.transaction.Transactions;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.util.PSQLState;

/** Transactions that conflict with others: which are retried, which are not, and for how long. */
@Timeout(60)
class ContentionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final PostgresSettings HASTY =
      new PostgresSettings(8, 2, Duration.ofSeconds(1), 1, 1, 1);

  private final Database database = new Database(PostgresServer.shared().newDatabase());
  private final List<String> states = new ArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Store store =
      PostgresStores.open(
          database.url(),
          new PostgresSettings(16, 4, PATIENCE, 100, 100, 1 << 20),
          metrics,
          StoreObserver.NONE);
  private final Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void keyTakenMeanwhile_isRetriedAndReported() throws SQLException {
    Session known = store.createSession(Sessions.of(agent.agentId())).join();
    CompletableFuture<Session> made;
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      String copied =
          SessionTable.COLUMNS
              .replace("session_id", "gen_random_uuid()")
              .replace(" key", " 'wanted'");
      statement.execute(
          "INSERT INTO session (%s) SELECT %s FROM session WHERE session_id = '%s'"
              .formatted(SessionTable.COLUMNS, copied, known.sessionId()));
      made = store.createSession(Sessions.of(agent.agentId(), "wanted"));
      database.awaitLockWaits(1);
      other.commit();
    }

    assertThat(reason(made)).isEqualTo(ErrorReason.KEY_IN_USE);
    assertThat(retries("unique")).isEqualTo(1);
  }

  /** PostgreSQL chooses the victim by time, so a slow machine needs more than one attempt. */
  @Test
  void deadlock_isDoneAgain() throws SQLException {
    Session one = store.createSession(ofUser("u")).join();
    int attempts = 0;
    boolean victim;
    do {
      victim = isVictimOfDeadlock(one.profile());
      attempts++;
    } while (!victim && attempts < 20);

    assertThat(victim).isTrue();
    // If the other transaction is slow, the retry meets it again.
    assertThat(retries("deadlock")).isGreaterThanOrEqualTo(1);
    assertThat(database.number("SELECT session_count FROM user_agent")).isEqualTo(1 + attempts);
  }

  /**
   * Moves a new session to the user of a profile while another transaction waits for the session
   * and holds the lock that the move needs. Returns whether the move was cancelled, not the other
   * transaction.
   */
  private boolean isVictimOfDeadlock(Session.Profile profile) throws SQLException {
    Session session = store.createSession(Sessions.of(agent.agentId())).join();
    CompletableFuture<Session> moved;
    boolean victim = true;
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "SELECT 1 FROM user_agent WHERE user_id = '%s' FOR UPDATE".formatted(profile.user()));
      moved = store.updateSession(Sessions.ref(session), s -> s.withProfile(profile));
      database.awaitLockWaits(1);
      try {
        // Until the store stops retrying.
        statement.execute(
            "SELECT 1 FROM session WHERE session_id = '%s' FOR UPDATE"
                .formatted(session.sessionId()));
        other.commit();
      } catch (SQLException e) {
        assertThat(e.getSQLState()).isEqualTo(PSQLState.DEADLOCK_DETECTED.getState());
        victim = false;
      }
    }
    assertThat(moved.join().profile().user()).isEqualTo(profile.user());
    return victim;
  }

  @Test
  void raceThatIsAlwaysLost_isGivenUp() {
    database.beforeEach("INSERT", "agent", "RAISE EXCEPTION USING ERRCODE = '40001';");

    assertThat(reason(store.createAgent(Agents.of("acme"), AuditContexts.any())))
        .isEqualTo(ErrorReason.UNAVAILABLE);

    assertThat(retries("serialization")).isEqualTo(7);
    assertThat(database.disturbed()).isEqualTo(8);
  }

  @Test
  void raceThatIsLostSlowly_isGivenUpSooner() {
    database.beforeEach(
        "INSERT", "agent", "PERFORM pg_sleep(0.9); RAISE EXCEPTION USING ERRCODE = '40001';");

    assertThat(reason(store.createAgent(Agents.of("acme"), AuditContexts.any())))
        .isEqualTo(ErrorReason.UNAVAILABLE);

    assertThat(database.disturbed()).isBetween(2L, 4L);
  }

  @Test
  void commitWithoutAnAnswer_isUnavailableAndNotDoneAgain() {
    Session session = store.createSession(Sessions.of(agent.agentId())).join();
    database.atCommit("message", "PERFORM pg_terminate_backend(pg_backend_pid());");

    assertThat(reason(append(session, "lost"))).isEqualTo(ErrorReason.UNAVAILABLE);

    assertThat(database.disturbed()).isEqualTo(1);
    database.undisturb("message");
    Waiting.until(() -> succeeds(append(session, "kept")), () -> "a store that does not recover");
    assertThat(database.rows("SELECT message_id FROM message")).containsExactly("kept");
  }

  @Test
  void rowThatAnotherHolds_isWaitedForNoLongerThanPatience() throws SQLException {
    Session held = store.createSession(Sessions.of(agent.agentId())).join();
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "SELECT 1 FROM session WHERE session_id = '%s' FOR UPDATE".formatted(held.sessionId()));
      long begin = System.nanoTime();

      assertThat(reason(append(held, "late"))).isEqualTo(ErrorReason.UNAVAILABLE);

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThanOrEqualTo(PATIENCE);
      assertThat(store.findAgent(agent.agentId()).join()).contains(agent);
    }
    append(held, "in time").join();
    assertThat(database.rows("SELECT message_id FROM message")).containsExactly("in time");
  }

  /** Simulates a server that stops within a transaction. */
  @Test
  void transactionThatStoodStill_isUnavailableAndGivesItsLocksBack() {
    Session session = store.createSession(Sessions.of(agent.agentId())).join();
    CompletableFuture<Session> stuck =
        store.updateSession(
            Sessions.ref(session),
            s -> {
              Waiting.until(
                  () -> database.sessions("state = 'idle in transaction'") > 0, () -> "a begin");
              Waiting.until(
                  () -> database.sessions("state = 'idle in transaction'") == 0, () -> "an end");
              return s.withArchiveTime(Instant.EPOCH);
            },
            AuditContexts.any());

    assertThat(reason(stuck)).isEqualTo(ErrorReason.UNAVAILABLE);
    Waiting.until(() -> succeeds(append(session, "on")), () -> "a store that does not recover");
  }

  /** Simulates a server that stops while it sends a statement, so that the statement never ends. */
  @Test
  void transactionThatGoesOnAndOn_isEnded() throws SQLException {
    Session session = store.createSession(Sessions.of(agent.agentId())).join();
    try (Transactions transactions =
        new Transactions(
            database.url(),
            false,
            PoolSizes.of(8, 2),
            HASTY.patience(),
            new SimpleMeterRegistry())) {
      assertThatThrownBy(
              () ->
                  transactions.write(
                      connection -> {
                        SessionLocks.lock(connection, Sessions.ref(session));
                        return runEndlessly(connection);
                      }))
          .isInstanceOfSatisfying(
              SessionException.class,
              e -> assertThat(e.reason()).isEqualTo(ErrorReason.UNAVAILABLE));
      assertThat(states).containsExactly("25P04");
      assertThat(transactions.checkWritable()).isTrue();
    }
    append(session, "on").join();
  }

  @Test
  void deletionOfAnAgent_mayTakeLong() {
    Session session = store.createSession(Sessions.of(agent.agentId())).join();
    append(session, "m").join();
    database.beforeEach("DELETE", "message", "PERFORM pg_sleep(7);");

    try (Store hasty = PostgresStores.open(database.url(), HASTY)) {
      assertThat(hasty.deleteAgent(agent.agentId(), AuditContexts.any()).join()).isTrue();
    }

    assertThat(database.number("SELECT count(*) FROM message")).isZero();
  }

  /** The duration of each statement does not depend on the amount of data to delete. */
  @Test
  void deletionOfALargeSession_goesInSlices() {
    Session session = store.createSession(Sessions.of(agent.agentId())).join();
    append(session, "1").join();
    database.execute(
        """
        INSERT INTO message
        SELECT agent_id, session_id, n, n::text, role, blocks, content, run_id, metadata,
          create_time
        FROM message, generate_series(2, 25000) AS n
        """,
        "UPDATE session SET head_sequence = 25000",
        "CREATE TABLE slice (size bigint)",
        """
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO slice SELECT count(*) FROM gone;
          RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER note AFTER DELETE ON message REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION note()
        """);

    store.deleteSession(Sessions.ref(session), s -> {}, AuditContexts.any()).join();

    assertThat(database.number("SELECT count(*) FROM message")).isZero();
    assertThat(database.rows("SELECT size FROM slice ORDER BY size DESC"))
        .containsExactly("10000", "10000", "5000");
  }

  /** Runs statements until one fails; limited to 20 seconds. */
  private boolean runEndlessly(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (int i = 0; i < 200; i++) {
        statement.execute("SELECT pg_sleep(0.1)");
      }
      return true;
    } catch (SQLException e) {
      states.add(e.getSQLState());
      throw e;
    }
  }

  private Session ofUser(String user) {
    return Sessions.of(agent.agentId(), Session.Profile.EMPTY.withUser(user));
  }

  private CompletableFuture<?> append(Session session, String messageId) {
    return store.append(
        new Append(
            Sessions.ref(session),
            null,
            OptionalLong.empty(),
            List.of(Sessions.draft(messageId, "text")),
            Instant.EPOCH));
  }

  private double retries(String reason) {
    return metrics.get("parley.store.retries").tag("reason", reason).counter().count();
  }

  private static boolean succeeds(CompletableFuture<?> future) {
    try {
      future.join();
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }

  private static ErrorReason reason(CompletableFuture<?> future) {
    try {
      throw new AssertionError("Not refused: " + future.join());
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(SessionException.class);
      return ((SessionException) e.getCause()).reason();
    }
  }
}
