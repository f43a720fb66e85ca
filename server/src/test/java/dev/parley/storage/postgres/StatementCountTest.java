package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.ListOrder;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The number of statements that appends and lists take. */
@Timeout(60)
class StatementCountTest {
  private static final int AGENTS = 64;

  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.own(List.of("shared_preload_libraries=pg_stat_statements"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** One batch with appends of 64 agents takes as many statements as one append. */
  @Test
  void append_ofManyAgentsInOneBatch_takesAsManyStatementsAsOne() {
    Database database = new Database(server.newDatabase());
    server.createExtension(database.url(), "pg_stat_statements");
    PostgresSettings settings =
        new PostgresSettings(16, 1, Duration.ofMinutes(5), 10_000, 10_000, 64L << 20);
    try (Store store = PostgresStores.open(database.url(), settings)) {
      List<Session> sessions = new ArrayList<>();
      for (int i = 0; i < AGENTS; i++) {
        Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
        sessions.add(store.createSession(Sessions.of(agent.agentId())).join());
      }
      // The first append fills the connection of the queue.
      append(store, sessions.get(0)).join();
      long before = statements(database);
      append(store, sessions.get(0)).join();
      long ofOne = statements(database) - before;

      before = statements(database);
      List<CompletableFuture<?>> appends = new ArrayList<>();
      database.execute("CREATE TABLE gate AS SELECT 1");
      database.beforeEach(
          "INSERT",
          "message",
          "WHILE EXISTS (SELECT FROM gate) LOOP PERFORM pg_sleep(0.01); END LOOP;");
      // This append occupies the queue until all others wait in it.
      appends.add(append(store, sessions.get(0)));
      Waiting.until(() -> database.disturbed() > 0, () -> "the first append");
      sessions.forEach(session -> appends.add(append(store, session)));
      database.execute("DELETE FROM gate");
      appends.forEach(CompletableFuture::join);
      long ofAll = statements(database) - before;

      assertThat(ofOne).isBetween(3L, 4L);
      assertThat(ofAll).isEqualTo(2 * ofOne);
    }
    assertThat(database.number("SELECT count(*) FROM message")).isEqualTo(AGENTS + 3);
  }

  @Test
  void listOfAnOwner_ofManyAgents_takesOneStatementForTheSessions() {
    Database database = new Database(server.newDatabase());
    server.createExtension(database.url(), "pg_stat_statements");
    try (Store store = PostgresStores.open(database.url(), PostgresSettings.DEFAULTS)) {
      List<Session> sessions = new ArrayList<>();
      for (int i = 0; i < AGENTS; i++) {
        Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
        sessions.add(store.createSession(Sessions.of(agent.agentId())).join());
      }
      sessions.sort(ListOrder.NEWEST_FIRST);
      SessionFilter acme = new SessionFilter(null, "acme", null, null);
      String reads =
          """
          SELECT coalesce(sum(calls), 0)
          FROM pg_stat_statements
          WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND query ~ 'FROM session\\s'
          """;
      long before = database.number(reads);

      List<Session> listed =
          store
              .listSessions(
                  new SessionQuery(acme, SessionOrder.UPDATE_TIME_DESC, null, 50),
                  Cancellation.NONE)
              .join();

      assertThat(database.number(reads) - before).isEqualTo(1);
      assertThat(listed).isEqualTo(sessions.subList(0, 50));
    }
  }

  private static CompletableFuture<?> append(Store store, Session session) {
    return store.append(
        new Append(
            Sessions.ref(session),
            null,
            OptionalLong.empty(),
            List.of(Sessions.draft(UUID.randomUUID().toString(), "text")),
            Set.of(),
            Instant.EPOCH));
  }

  /** The statements that appends use, with the beginning and the end of their transactions. */
  private static long statements(Database database) {
    return database.number(
        """
        SELECT coalesce(sum(calls), 0)
        FROM pg_stat_statements
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND (query IN ('BEGIN', 'COMMIT') OR query ~ 'FROM unnest')
        """);
  }
}
