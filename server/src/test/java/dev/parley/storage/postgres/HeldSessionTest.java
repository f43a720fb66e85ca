package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.Store;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session that another transaction locks delays only the calls that need it. */
@Timeout(60)
class HeldSessionTest {
  private final Database database = new Database(PostgresServer.shared().newDatabase());
  private final Store store = PostgresStores.open(database.url(), PostgresSettings.DEFAULTS);
  private final Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void append_toOthers_doesNotWait() throws SQLException {
    Session held = store.createSession(Sessions.of(agent.agentId())).join();
    Session free = store.createSession(Sessions.of(agent.agentId())).join();
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "SELECT FROM session WHERE session_id = '%s' FOR UPDATE".formatted(held.sessionId()));
      List<CompletableFuture<?>> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        waiting.add(append(Sessions.ref(held), null));
        waiting.add(append(Sessions.keyRef(held), null));
      }

      for (int i = 0; i < 20; i++) {
        append(Sessions.ref(free), null).join();
        append(Sessions.keyRef(free), null).join();
      }

      assertThat(waiting).noneMatch(CompletableFuture::isDone);
      other.rollback();
      waiting.forEach(CompletableFuture::join);
    }
    assertThat(database.number("SELECT count(*) FROM message")).isEqualTo(48);
  }

  @Test
  void append_thatMakesASession_whileItsAgentIsHeld_waitsAlone() throws SQLException {
    Session free = store.createSession(Sessions.of(agent.agentId())).join();
    Session wanted = Sessions.of(agent.agentId(), "wanted");
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT FROM agent_home FOR UPDATE");
      CompletableFuture<?> waiting = append(Sessions.keyRef(wanted), wanted);

      append(Sessions.ref(free), null).join();

      assertThat(waiting).isNotDone();
      other.rollback();
      waiting.join();
    }
  }

  @Test
  void append_toASessionHeldForLong_unavailable() throws SQLException {
    Session held = store.createSession(Sessions.of(agent.agentId())).join();
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT FROM session FOR UPDATE");

      assertThatThrownBy(() -> append(Sessions.ref(held), null).join())
          .cause()
          .isInstanceOfSatisfying(
              SessionException.class,
              refusal -> assertThat(refusal.reason()).isEqualTo(ErrorReason.UNAVAILABLE));
    }
  }

  /** The settings of a connection survive the rollback of its first transaction. */
  @Test
  void write_refusedFirst_leavesTheConnectionItsSettings() {
    String url = database.url() + "&options=-c%20synchronous_commit=off";
    try (Store lax = PostgresStores.open(url, PostgresSettings.DEFAULTS)) {
      assertThatThrownBy(() -> lax.createAgent(agent, AuditContexts.any()).join())
          .hasRootCauseMessage("The agent id is already in use.");
      database.execute("CREATE TABLE seen (sync text, waits text)");
      database.beforeEach(
          "INSERT",
          "agent",
          "INSERT INTO seen VALUES (current_setting('synchronous_commit'),"
              + " current_setting('lock_timeout')); RETURN NEW;");

      var made = lax.createAgent(Agents.of("acme"), AuditContexts.any()).join();
    }

    assertThat(database.rows("SELECT sync || ' ' || waits FROM seen")).containsExactly("on 2s");
  }

  private CompletableFuture<?> append(SessionRef ref, Session ifMissing) {
    return store.append(
        new Append(ref, ifMissing, OptionalLong.empty(), Sessions.drafts(1), Instant.now()));
  }
}
