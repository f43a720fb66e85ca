package dev.parley.storage.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.migration.MigrationPlan;
import dev.parley.storage.postgres.Database;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers of several versions on one database. */
@Timeout(60)
class MigrationsTest {
  private static final String MINOR_STEP = "classpath:dev/parley/storage/postgres/minor";
  private static final String SLOW_STEP = "classpath:dev/parley/storage/postgres/slow";
  private static final String MAJOR_STEP = "classpath:dev/parley/storage/postgres/major";

  /** The versions of all steps, in their order. */
  private static final List<String> VERSIONS =
      IntStream.rangeClosed(0, 14).mapToObj(minor -> "1." + minor).toList();

  private static final String LAST = VERSIONS.get(VERSIONS.size() - 1);

  private final Database database = new Database(PostgresServer.shared().newDatabase());

  @Test
  void open_manyAtOnceOnAnEmptyDatabase_makesOneSchema() throws Exception {
    int servers = 4;
    ExecutorService threads = Executors.newFixedThreadPool(servers);
    List<Store> stores = new ArrayList<>();
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Store>> opening = new ArrayList<>();
      for (int i = 0; i < servers; i++) {
        opening.add(
            threads.submit(
                () -> {
                  start.await();
                  return open();
                }));
      }
      start.countDown();
      for (Future<Store> each : opening) {
        stores.add(each.get());
      }
      UUID agentId = UUID.randomUUID();
      stores.get(0).createAgent(Agents.of(agentId, "acme"), AuditContexts.any()).join();

      assertThat(stores)
          .allSatisfy(store -> assertThat(store.findAgent(agentId).join()).isPresent());
      assertThat(versions()).containsExactlyInAnyOrderElementsOf(VERSIONS);
    } finally {
      threads.shutdown();
      stores.forEach(Store::close);
    }
  }

  @Test
  void minorStep_whileAnOlderServerWorks_disturbsNoCall() throws SQLException {
    try (Store older = open()) {
      UUID agentId = older.createAgent(Agents.of("acme"), AuditContexts.any()).join().agentId();
      CompletableFuture<Void> ended = new CompletableFuture<>();
      AtomicInteger rounds = new AtomicInteger();
      CompletableFuture<Void> work =
          CompletableFuture.runAsync(
              () -> {
                while (!ended.isDone()) {
                  useEverything(older, agentId);
                  rounds.incrementAndGet();
                }
              });
      awaitMore(rounds, work);

      Schema.migrate(database.url(), MINOR_STEP);

      awaitMore(rounds, work);
      ended.complete(null);
      work.join();
    }
    assertThat(versions()).containsAll(VERSIONS).contains("1.99").hasSize(VERSIONS.size() + 1);
    assertThat(database.rows("SELECT DISTINCT colour FROM session")).containsExactly("none");
  }

  @Test
  void open_schemaOfANewerMinorVersion_works() throws SQLException {
    Schema.migrate(database.url(), MINOR_STEP);

    try (Store older = open()) {
      useEverything(
          older, older.createAgent(Agents.of("acme"), AuditContexts.any()).join().agentId());
    }
    assertThat(versions()).containsAll(VERSIONS).contains("1.99").hasSize(VERSIONS.size() + 1);
  }

  @Test
  void migrate_databaseWithAStatementTimeout_stepsTakeLonger() throws SQLException {
    String name = database.rows("SELECT current_database()").get(0);
    database.execute("ALTER DATABASE \"" + name + "\" SET statement_timeout = '1s'");

    Schema.migrate(database.url(), SLOW_STEP);

    assertThat(versions()).contains("1.98");
  }

  @Test
  void migrate_afterAStepThatFailedOutsideATransaction_runsItAgain() throws SQLException {
    Schema.migrate(database.url());
    database.execute(
        "DELETE FROM parley_schema WHERE version IN ('1.12', '1.13', '1.14')",
        "UPDATE parley_schema SET success = false WHERE version = '1.11'",
        "DROP INDEX session_archives_of_user");
    MigrationPlan plan = Schema.plan(database.url());
    assertThat(plan.current()).isEqualTo("1.10");
    assertThat(plan.steps())
        .extracting(MigrationPlan.Step::version)
        .containsExactly("1.11", "1.12", "1.13", "1.14");

    Schema.migrate(database.url());

    assertThat(
            database.rows("SELECT count(*) FROM parley_schema WHERE version = '1.11' AND success"))
        .containsExactly("1");
    assertThat(
            database.rows(
                "SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
                    + " WHERE relname LIKE 'session_archives_of_%' AND indisvalid"))
        .containsExactly("3");
  }

  @Test
  void plan_emptyDatabase_describesEveryStepInItsOrderAndChangesNothing() throws SQLException {
    MigrationPlan plan = Schema.plan(database.url());

    assertThat(plan.current()).isNull();
    assertThat(plan.steps())
        .extracting(MigrationPlan.Step::version)
        .containsExactlyElementsOf(VERSIONS);
    assertThat(plan.steps())
        .allSatisfy(step -> assertThat(step.description()).matches("[A-Z].{4,80}\\."));
    assertThat(database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        .isEmpty();

    Schema.migrate(database.url());

    assertThat(Schema.plan(database.url())).isEqualTo(new MigrationPlan("schema", LAST, List.of()));
  }

  @Test
  void plan_schemaOfANewerVersion_asAStartWouldTakeIt() throws SQLException {
    Schema.migrate(database.url(), MINOR_STEP);
    assertThat(Schema.plan(database.url()))
        .isEqualTo(new MigrationPlan("schema", "1.99", List.of()));

    Schema.migrate(database.url(), MINOR_STEP, MAJOR_STEP);
    assertThatThrownBy(() -> Schema.plan(database.url()))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageStartingWith("the schema version is 2.0");
  }

  @Test
  void open_schemaOfANewerMajorVersion_refused() throws SQLException {
    Schema.migrate(database.url(), MAJOR_STEP);

    assertThatThrownBy(this::open)
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage(
            "the store at "
                + PostgresStores.withoutCredentials(database.url())
                + " cannot be opened: the schema version is 2.0, but this version of"
                + " Parley supports only "
                + LAST);
  }

  private Store open() {
    return PostgresStores.open(database.url(), PostgresSettings.DEFAULTS);
  }

  private List<String> versions() {
    return database.rows(
        "SELECT version FROM parley_schema WHERE type = 'SQL' AND success ORDER BY version");
  }

  /** More executions than the driver needs to prepare a statement on the server. */
  private static void awaitMore(AtomicInteger rounds, CompletableFuture<Void> work) {
    int before = rounds.get();
    Waiting.until(
        () -> rounds.get() > before + 50 || work.isCompletedExceptionally(), () -> "more rounds");
  }

  private static void useEverything(Store store, UUID agentId) {
    Session session =
        store.createSession(Sessions.of(agentId, Session.Profile.EMPTY.withUser("u"))).join();
    SessionRef.ById ref = Sessions.ref(session);
    store
        .append(new Append(ref, null, OptionalLong.empty(), Sessions.drafts(3), Instant.EPOCH))
        .join();
    store.updateSession(ref, s -> s.withProfile(s.profile().withLabel("label"))).join();
    assertThat(store.findSession(ref, Cancellation.NONE).join()).isPresent();
    assertThat(
            store
                .listMessages(
                    new MessageQuery(
                        ref, false, EnumSet.allOf(Role.class), null, 0, 10, Long.MAX_VALUE),
                    Cancellation.NONE)
                .join()
                .orElseThrow()
                .messages())
        .extracting(Message::sequence)
        .containsExactly(1L, 2L, 3L);
    assertThat(
            store
                .listSessions(
                    new SessionQuery(
                        SessionFilter.ofAgent(agentId), SessionOrder.UPDATE_TIME_DESC, null, 3),
                    Cancellation.NONE)
                .join())
        .isNotEmpty();
    Session other = store.createSession(Sessions.of(agentId)).join();
    store.deleteSession(Sessions.ref(other), s -> {}, AuditContexts.any()).join();
  }
}
