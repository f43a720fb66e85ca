package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.model.Agent;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Failures;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of one agent are unavailable. The calls of other agents do not notice. */
@Timeout(60)
class ShardFailureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final String PROCESSES =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
          + " AND application_name = 'parley' ORDER BY pid";

  private final Database database = new Database(PostgresServer.shared().newDatabase());
  private final Store store =
      PostgresStores.open(
          database.url(), new PostgresSettings(16, 1, PATIENCE, 1_000, 1_000, 1 << 20));
  private final Breakage breakage = new Breakage(database);
  private final List<Session> healthy = new ArrayList<>();
  private final Session broken = newSession();

  ShardFailureTest() {
    for (int i = 0; i < 6; i++) {
      healthy.add(newSession());
    }
  }

  @AfterEach
  void close() {
    breakage.repair();
    store.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"08006", "08001", "57P01", "57P03", "58000", "25006", "53300", "XX000"})
  void append_oneAgentFails_onlyItsAppendsFail(String state) {
    all(healthy, "first").forEach(CompletableFuture::join);
    append(broken, "first").join();
    List<String> processes = database.rows(PROCESSES);
    breakage.fail(broken.agentId(), state);

    List<CompletableFuture<?>> failing = new ArrayList<>();
    List<CompletableFuture<?>> working = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      failing.add(append(broken, "lost" + i));
      working.addAll(all(healthy, "kept" + i));
    }

    working.forEach(CompletableFuture::join);
    assertThat(failing)
        .allSatisfy(each -> assertThatThrownBy(each::join).isInstanceOf(CompletionException.class));
    breakage.repair();
    assertThat(database.number("SELECT count(*) FROM message WHERE message_id LIKE 'kept%'"))
        .isEqualTo(60);
    // No pool was replaced.
    assertThat(database.rows(PROCESSES)).containsAll(processes);
  }

  @Test
  void calls_agentUnavailable_areRejectedWithoutAStatement() {
    breakage.fail(broken.agentId(), "08006");
    long begin = System.nanoTime();
    StoreSnapshot snapshot = store.snapshot(Cancellation.NONE).join();

    for (Supplier<CompletableFuture<?>> call : calls(snapshot)) {
      Failures.assertUnavailable(call.get());
    }

    long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    // The append was tried in the batch and alone. Then one call per pause of at least a second.
    assertThat(breakage.touched()).isBetween(2L, 2 + seconds);
    snapshot.close();
    all(healthy, "kept").forEach(CompletableFuture::join);
    breakage.repair();
    Waiting.until(() -> Failures.succeeds(append(broken, "again")), () -> "the agent's return");
    calls(store.snapshot(Cancellation.NONE).join()).forEach(call -> call.get().join());
  }

  @Test
  void append_oneAgentHangs_othersGoOn() {
    breakage.hang(broken.agentId());
    List<CompletableFuture<?>> hanging = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      hanging.add(append(broken, "lost" + i));
      all(healthy, "kept" + i).forEach(CompletableFuture::join);
    }

    hanging.forEach(Failures::assertUnavailable);
    // Each append could be tried in a batch and alone. Some were rejected without a statement.
    assertThat(breakage.touched()).isBetween(2L, 2L * hanging.size() - 1);
    assertThat(database.number("SELECT count(*) FROM message")).isEqualTo(120);
  }

  /** The rows by session id are on other shards than those of the agent. */
  @Test
  void append_newSessionCannotBeLocated_otherSessionsOfTheAgentGoOn() {
    Session session = healthy.get(0);
    database.beforeEach("INSERT", "session_location", "RAISE EXCEPTION USING ERRCODE = '08006';");
    for (int i = 0; i < 5; i++) {
      Session wanted = Sessions.of(session.agentId());
      CompletableFuture<?> failing =
          append(Sessions.keyRef(wanted), wanted, List.of(Sessions.draft("m", "text")));
      CompletableFuture<?> working = append(session, "kept" + i);

      working.join();
      Failures.assertUnavailable(failing);
      store.findSession(Sessions.ref(session), Cancellation.NONE).join();
    }
    assertThat(database.number("SELECT count(*) FROM message")).isEqualTo(5);
  }

  private List<Supplier<CompletableFuture<?>>> calls(StoreSnapshot snapshot) {
    SessionRef.ById ref = Sessions.ref(broken);
    SessionFilter filter = new SessionFilter(broken.agentId(), null, null, null);
    return List.of(
        () -> append(broken, "m" + System.nanoTime()),
        () -> append(Sessions.keyRef(broken), null, Sessions.drafts(1)),
        () -> store.findSession(ref, Cancellation.NONE),
        () -> store.findSessions(filter, broken.key(), Cancellation.NONE),
        () -> store.listSessions(sessions(filter), Cancellation.NONE),
        () -> store.listKeys(new KeyQuery(filter, null, 1, 1_000), Cancellation.NONE),
        () -> store.createSession(Sessions.of(broken.agentId())),
        () -> store.updateSession(ref, s -> s.withProfile(s.profile().withLabel("x"))),
        () -> store.createRun(ref, run("r" + System.nanoTime())),
        () -> snapshot.listSessions(sessions(filter)),
        () -> deleteNew());
  }

  /** Deletes a session of the agent, which exists unless it is unavailable. */
  private CompletableFuture<?> deleteNew() {
    return store
        .createSession(Sessions.of(broken.agentId()))
        .thenCompose(made -> store.deleteSession(Sessions.ref(made), s -> {}, AuditContexts.any()));
  }

  private static SessionQuery sessions(SessionFilter filter) {
    return new SessionQuery(filter, SessionOrder.UPDATE_TIME_DESC, null, 10, 1_000);
  }

  private Run run(String runId) {
    return Run.create(
        broken.agentId(),
        broken.sessionId(),
        runId,
        Run.State.PENDING,
        Run.Report.EMPTY,
        Instant.EPOCH);
  }

  private Session newSession() {
    Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
    return store.createSession(Sessions.of(agent.agentId())).join();
  }

  private List<CompletableFuture<?>> all(List<Session> sessions, String messageId) {
    List<CompletableFuture<?>> appends = new ArrayList<>();
    sessions.forEach(session -> appends.add(append(session, messageId)));
    return appends;
  }

  private CompletableFuture<?> append(Session session, String messageId) {
    return append(Sessions.ref(session), null, List.of(Sessions.draft(messageId, "text")));
  }

  private CompletableFuture<?> append(
      SessionRef ref, @Nullable Session ifMissing, List<Message.Draft> drafts) {
    return store.append(new Append(ref, ifMissing, OptionalLong.empty(), drafts, Instant.EPOCH));
  }
}
