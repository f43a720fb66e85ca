package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Positions of the change log after a crash of the database. */
@Timeout(60)
class ChangesAfterCrashTest {

  /** The numbers of transactions that were rolled back are not taken again after a crash. */
  @Test
  void positionAfterNumbersThatWereNotCommitted_staysValid() {
    try (PostgresServer server = PostgresServer.own()) {
      Database database = new Database(server.newDatabase());
      try (Store store = PostgresStores.open(database.url(), PostgresSettings.DEFAULTS)) {
        Session session =
            store
                .createAgent(Agents.of("acme"), AuditContexts.any())
                .thenCompose(agent -> store.createSession(Sessions.of(agent.agentId())))
                .join();
        ChangePosition before = store.lastChange().join();
        // More numbers than the sequence logs at once.
        database.execute(
            "BEGIN",
            "SELECT pg_current_xact_id(), nextval('session_change_number')"
                + " FROM generate_series(1, 100)",
            "ROLLBACK");
        ChangePosition position = store.lastChange().join();
        assertThat(position.number()).isGreaterThanOrEqualTo(before.number() + 100);

        server.kill();
        server.start();
        appendOnceAvailable(store, session);

        assertThat(awaitChange(store, session, position).kind()).isEqualTo(Change.Kind.APPENDED);
      }
    }
  }

  private static void appendOnceAvailable(Store store, Session session) {
    while (true) {
      try {
        store
            .append(
                new Append(
                    Sessions.ref(session),
                    null,
                    OptionalLong.of(0),
                    Sessions.drafts(1),
                    Instant.EPOCH))
            .join();
        return;
      } catch (CompletionException e) {
        assertThat(e).cause().isInstanceOf(SessionException.class);
        assertThat(((SessionException) e.getCause()).reason()).isEqualTo(ErrorReason.UNAVAILABLE);
      }
    }
  }

  private static Change awaitChange(Store store, Session session, ChangePosition after) {
    ChangeQuery query = new ChangeQuery(Set.of(session.agentId()), after, 9);
    while (true) {
      try {
        List<Change> changes = store.listChanges(query, Cancellation.NONE).join().changes();
        if (!changes.isEmpty()) {
          return changes.get(0);
        }
      } catch (CompletionException e) {
        assertThat(e).cause().isInstanceOf(SessionException.class);
      }
    }
  }
}
