package dev.parley.storage.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.migration.MigrationPlan;
import dev.parley.storage.postgres.Database;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Step 1.10, which copies sessions. A database of schema 1.9 lacks the tables and the column that
 * the step adds. Later steps run after it and build their indexes again.
 */
class SessionIndexMigrationTest {
  private static final Path PAGE = Path.of("docs/POSTGRES.md");

  private final Database database = new Database(PostgresServer.shared().newDatabase());
  private final Agent first = Agents.of("acme");
  private final Agent second = Agents.of("acme");
  private final List<Session> active = new ArrayList<>();

  @BeforeEach
  void makeSchemaOneNine() {
    try (Store store = open()) {
      store.createAgent(first, AuditContexts.any()).join();
      store.createAgent(second, AuditContexts.any()).join();
      for (int i = 0; i < 24; i++) {
        Agent agent = i % 5 == 0 ? second : first;
        Session.Profile profile =
            Session.Profile.EMPTY
                .withUser(i % 2 == 0 ? "ann" : null)
                .withClient(i % 3 == 0 ? "web" : null);
        // Two of each create time, so that ids decide the order.
        Session session = create(store, agent, profile, Instant.ofEpochSecond(1_000 + i / 2));
        if (i % 7 == 6) {
          archive(store, session);
        } else {
          active.add(session);
        }
      }
    }
    database.execute(
        "DROP TABLE session_creation",
        "DROP TABLE session_label",
        "ALTER TABLE session DROP COLUMN labels",
        "DELETE FROM parley_schema WHERE version IN ('1.10', '1.11', '1.12', '1.13', '1.14')");
  }

  @Test
  void open_schemaOneNine_indexesEveryActiveSession() throws SQLException {
    assertThat(Schema.plan(database.url()).steps())
        .extracting(MigrationPlan.Step::version)
        .containsExactly("1.10", "1.11", "1.12", "1.13", "1.14");

    try (Store store = open()) {
      assertListsAreComplete(store);
    }

    assertThat(CheckFindings.of(PostgresStores.check(database.url()))).isEmpty();
  }

  @Test
  void open_schemaOneNine_takesLabelsAndArchivesAfterwards() {
    try (Store store = open()) {
      Session labelled = active.get(0);
      store
          .updateSession(
              Sessions.ref(labelled),
              s -> s.withProfile(s.profile().withLabels(Map.of("team", "a"))))
          .join();
      assertThat(
              store
                  .listSessions(
                      query(
                          new SessionFilter(
                              null, "acme", null, null, new SessionFilter.Label("team", "a"))),
                      Cancellation.NONE)
                  .join())
          .extracting(Session::sessionId)
          .containsExactly(labelled.sessionId());

      archive(store, active.remove(0));
      assertListsAreComplete(store);
    }

    assertThat(CheckFindings.of(PostgresStores.check(database.url()))).isEmpty();
  }

  /** What an older server does after the step, and the statements of the documentation. */
  @Test
  void documentedStatements_afterWritesOfAnOlderServer_completeTheIndex() throws IOException {
    UUID missing;
    try (Store store = open()) {
      Session created = create(store, first, Session.Profile.EMPTY, Instant.ofEpochSecond(2_000));
      active.add(created);
      missing = created.sessionId();
      Session archived = active.remove(0);
      database.execute(
          "CREATE TABLE saved AS SELECT * FROM session_creation WHERE session_id = '%s'"
              .formatted(archived.sessionId()));
      archive(store, archived);
    }
    database.execute(
        "DELETE FROM session_creation WHERE session_id = '%s'".formatted(missing),
        "INSERT INTO session_creation SELECT * FROM saved",
        "DROP TABLE saved");
    assertThat(CheckFindings.of(PostgresStores.check(database.url()))).hasSize(2);

    runDocumented("DELETE FROM session_creation");

    try (Store store = open()) {
      assertListsAreComplete(store);
    }
    assertThat(CheckFindings.of(PostgresStores.check(database.url()))).isEmpty();
  }

  /** An older server appends to a session with labels, and the statement of the documentation. */
  @Test
  void documentedStatement_afterAppendsOfAnOlderServer_movesTheLabels()
      throws IOException, SQLException {
    Session labelled = active.get(0);
    try (Store store = open()) {
      store
          .updateSession(
              Sessions.ref(labelled),
              s -> s.withProfile(s.profile().withLabels(Map.of("team", "a"))))
          .join();
    }
    database.execute(
        "UPDATE session SET update_time = update_time + 1 WHERE session_id = '%s'"
            .formatted(labelled.sessionId()));
    assertThat(CheckFindings.of(PostgresStores.check(database.url()))).hasSize(1);

    runDocumented("UPDATE session_label");

    assertThat(CheckFindings.of(PostgresStores.check(database.url()))).isEmpty();
  }

  /** Runs the statements of the documentation that begin with a text. */
  private void runDocumented(String begin) throws IOException {
    Matcher statements =
        Pattern.compile("```sql\n(" + begin + ".*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    assertThat(statements.find()).isTrue();
    database.execute(statements.group(1));
  }

  private void assertListsAreComplete(Store store) {
    for (SessionFilter filter :
        List.of(
            SessionFilter.ofAgent(first.agentId()),
            SessionFilter.ofAgent(second.agentId()),
            new SessionFilter(null, "acme", null, null),
            new SessionFilter(null, "acme", "ann", null),
            new SessionFilter(null, "acme", null, "web"),
            new SessionFilter(first.agentId(), "acme", "ann", "web"))) {
      List<Session> expected =
          active.stream()
              .filter(s -> filter.agentId() == null || filter.agentId().equals(s.agentId()))
              .filter(s -> filter.matchesProfile(s.profile()))
              .sorted(SessionOrder.CREATE_TIME.sessions())
              .toList();
      assertThat(expected).isNotEmpty();
      assertThat(store.listSessions(query(filter), Cancellation.NONE).join())
          .as("%s", filter)
          .isEqualTo(expected);
    }
  }

  private static SessionQuery query(SessionFilter filter) {
    return new SessionQuery(filter, SessionOrder.CREATE_TIME, null, 100);
  }

  private static Session create(
      Store store, Agent agent, Session.Profile profile, Instant createTime) {
    UUID id = UUID.randomUUID();
    return store
        .createSession(Session.create(agent.agentId(), id, "key-" + id, profile, createTime))
        .join();
  }

  private static void archive(Store store, Session session) {
    var archived =
        store
            .updateSession(
                Sessions.ref(session),
                s -> s.withArchiveTime(Instant.ofEpochSecond(9_000)),
                AuditContexts.any())
            .join();
  }

  private Store open() {
    return PostgresStores.open(database.url(), PostgresSettings.DEFAULTS);
  }
}
