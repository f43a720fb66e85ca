package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Expiry;
import dev.parley.model.Session;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.postgres.table.BusySessionTable;
import dev.parley.storage.postgres.transaction.AgentBreaker;
import dev.parley.storage.postgres.transaction.AgentNodes;
import dev.parley.storage.postgres.transaction.PoolSizes;
import dev.parley.storage.postgres.transaction.Transactions;
import dev.parley.storage.postgres.write.BusySessions;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Busy sessions: what their appends write, and that lists and expiry know their update time. */
class BusySessionSweepTest {
  private static final Instant BEGIN = Instant.ofEpochSecond(1_000_000);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Database database = new Database(PostgresServer.shared().newDatabase());
  private final Store store = PostgresStores.open(database.url(), PostgresSettings.DEFAULTS);
  private final Transactions transactions =
      new Transactions(
          database.url(),
          false,
          PoolSizes.of(8, 2),
          Duration.ofSeconds(10),
          new SimpleMeterRegistry());
  private final StoreWorkers workers =
      StoreWorkers.start(PoolSizes.of(8, 2), 1, PostgresSettings.DEFAULTS, StoreObserver.NONE);
  private final BusySessionSweep sweep =
      new BusySessionSweep(
          new OperationExecutor(
              transactions,
              workers.readers(),
              workers.writers(),
              new AgentBreaker(AgentNodes.none(), Duration.ofSeconds(10))),
          new BusySessions());
  private final Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();

  @AfterEach
  void close() {
    sweep.close();
    workers.close();
    transactions.close();
    store.close();
  }

  @Test
  void appends_toABusySession_writeNoIndexEntry() {
    Session session = create(Session.Profile.EMPTY.withUser("ann").withClient("web"));
    append(session, BEGIN.plus(SECOND));
    long before = database.number(updates("n_tup_hot_upd"));
    for (int i = 2; i <= 101; i++) {
      append(session, BEGIN.plusSeconds(i));
    }

    Waiting.until(
        () -> database.number(updates("n_tup_upd")) >= 102, () -> "no statistics of the updates");
    assertThat(database.number(updates("n_tup_hot_upd")) - before).isGreaterThanOrEqualTo(95);
  }

  private static String updates(String column) {
    return "SELECT %s FROM pg_stat_user_tables WHERE relname = 'session'".formatted(column);
  }

  @Test
  void append_afterTheLongestPause_indexesTheTime() {
    Session session = create(Session.Profile.EMPTY);
    Instant first = BEGIN.plus(BusySessionTable.PAUSE_MAX).minusNanos(1_000);
    append(session, first);
    assertThat(busy(session)).isTrue();

    append(session, first.plus(BusySessionTable.PAUSE_MAX));
    assertThat(busy(session)).isFalse();
  }

  @Test
  void append_whenTheIndexIsTooFarBehind_indexesTheTime() {
    Session session = create(Session.Profile.EMPTY);
    Duration step = Duration.ofMinutes(4);
    Instant last = BEGIN;
    while (last.plus(step).isBefore(BEGIN.plus(BusySessionTable.LAG_MAX))) {
      last = last.plus(step);
      append(session, last);
      assertThat(busy(session)).isTrue();
    }

    append(session, BEGIN.plus(BusySessionTable.LAG_MAX));
    assertThat(busy(session)).isFalse();
  }

  @Test
  void labels_ofABusySession_endItsState() throws SQLException {
    Session session = create(Session.Profile.EMPTY);
    append(session, BEGIN.plus(SECOND));
    assertThat(busy(session)).isTrue();

    var unused =
        store
            .updateSession(
                Sessions.ref(session),
                s -> s.withProfile(s.profile().withLabels(Map.of("team", "a"))))
            .join();
    assertThat(busy(session)).isFalse();
    append(session, BEGIN.plusSeconds(2));

    assertThat(busy(session)).isFalse();
    assertThat(CheckFindings.of(PostgresStores.check(database.url()))).isEmpty();
  }

  @Test
  void shortTimeToLive_ofABusySession_endsItsState() {
    Session session = create(Session.Profile.EMPTY);
    append(session, BEGIN.plus(SECOND));
    assertThat(busy(session)).isTrue();

    var unused =
        store
            .updateSession(
                Sessions.ref(session),
                s ->
                    s.withProfile(
                        s.profile().withExpiry(new Expiry(null, Duration.ofHours(23), false))))
            .join();

    assertThat(busy(session)).isFalse();
    assertThat(indexedTime(session)).isEqualTo(BEGIN.plus(SECOND));
  }

  @Test
  void expiry_ofABusySession_followsItsLastAppend() throws SQLException {
    Duration ttl = Duration.ofDays(1);
    Session session = create(Session.Profile.EMPTY.withExpiry(new Expiry(null, ttl, false)));
    append(session, BEGIN.plus(SECOND));
    assertThat(busy(session)).isTrue();

    Instant due = BEGIN.plus(SECOND).plus(ttl);
    assertThat(store.findSession(Sessions.ref(session), Cancellation.NONE).join())
        .hasValueSatisfying(found -> assertThat(found.effectiveExpireTime()).isEqualTo(due));
    assertThat(store.rescheduleExpiry(agent.agentId(), Set.of(session.sessionId())).join())
        .isEqualTo(1);
    assertThat(expired(due.minusNanos(1_000))).isEmpty();
    assertThat(expired(due)).containsExactly(session.sessionId());
    assertThat(CheckFindings.of(PostgresStores.check(database.url()))).isEmpty();
  }

  private List<UUID> expired(Instant until) {
    return store
        .listExpired(new ExpiredQuery(null, until, null, 10), Cancellation.NONE)
        .join()
        .sessions()
        .stream()
        .map(Session::sessionId)
        .toList();
  }

  @Test
  void sweep_indexesIdleSessionsOnly() {
    Session idle = create(Session.Profile.EMPTY);
    Session active = create(Session.Profile.EMPTY);
    append(idle, BEGIN.plus(SECOND));
    append(active, BEGIN.plusSeconds(2));
    Instant now = BEGIN.plusSeconds(2).plus(BusySessionTable.PAUSE_MAX);

    assertThat(sweep.sweep(now)).isEqualTo(1);

    assertThat(busy(idle)).isFalse();
    assertThat(busy(active)).isTrue();
    assertThat(indexedTime(idle)).isEqualTo(BEGIN.plus(SECOND));
    assertThat(sweep.sweep(now)).isZero();
  }

  /** Compares pages of lists with all sessions, which are sorted here. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void lists_ofBusyAndOtherSessions_areInExactOrder(long seed) throws SQLException {
    Random random = new Random(seed);
    Agent other = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
    List<Session> sessions = new ArrayList<>();
    Instant now = BEGIN;
    for (int step = 0; step < 120; step++) {
      now = now.plusSeconds(List.of(0, 1, 20, 400).get(random.nextInt(4)));
      if (sessions.size() < 5 || random.nextInt(8) == 0) {
        sessions.add(create(random.nextInt(3) == 0 ? other : agent, profile(random), now));
      } else if (random.nextInt(20) == 0) {
        var swept = sweep.sweep(now);
      } else {
        append(sessions.get(random.nextInt(sessions.size())), now);
      }
      if (step % 10 == 9) {
        assertListsAreExact(sessions, random);
      }
    }
    assertThat(CheckFindings.of(PostgresStores.check(database.url()))).isEmpty();
  }

  private static Session.Profile profile(Random random) {
    Session.Profile profile =
        Session.Profile.EMPTY
            .withUser(random.nextBoolean() ? "ann" : null)
            .withClient(random.nextBoolean() ? "web" : null);
    return random.nextInt(4) == 0 ? profile.withLabels(Map.of("team", "a")) : profile;
  }

  private void assertListsAreExact(List<Session> sessions, Random random) {
    List<Session> stored =
        sessions.stream()
            .map(s -> store.findSession(Sessions.ref(s), Cancellation.NONE).join().orElseThrow())
            .toList();
    UUID agentId = random.nextBoolean() ? agent.agentId() : null;
    for (SessionFilter filter :
        List.of(
            new SessionFilter(agentId, "acme", null, null),
            new SessionFilter(agentId, "acme", "ann", null),
            new SessionFilter(agentId, "acme", null, "web"),
            new SessionFilter(agentId, "acme", "ann", "web"),
            new SessionFilter(agentId, "acme", null, null, new SessionFilter.Label("team", "a")))) {
      for (SessionOrder order : List.of(SessionOrder.UPDATE_TIME, SessionOrder.UPDATE_TIME_DESC)) {
        List<Session> expected =
            stored.stream()
                .filter(s -> filter.agentId() == null || filter.agentId().equals(s.agentId()))
                .filter(s -> filter.matchesProfile(s.profile()))
                .sorted(order.sessions())
                .toList();

        assertThat(pages(filter, order)).as("%s by %s", filter, order).isEqualTo(expected);
      }
    }
  }

  private List<Session> pages(SessionFilter filter, SessionOrder order) {
    List<Session> all = new ArrayList<>();
    List<Session> page;
    do {
      page =
          store
              .listSessions(
                  new SessionQuery(
                      filter,
                      order,
                      all.isEmpty() ? null : order.cursorOf(all.get(all.size() - 1)),
                      3),
                  Cancellation.NONE)
              .join();
      all.addAll(page);
    } while (page.size() == 3);
    return all;
  }

  /** A session with one message. */
  private Session create(Session.Profile profile) {
    Session session = create(agent, profile, BEGIN);
    append(session, BEGIN);
    assertThat(busy(session)).isFalse();
    return session;
  }

  private Session create(Agent ofAgent, Session.Profile profile, Instant time) {
    UUID id = UUID.randomUUID();
    return store
        .createSession(Session.create(ofAgent.agentId(), id, "key-" + id, profile, time))
        .join();
  }

  private void append(Session session, Instant now) {
    var unused = store.append(Sessions.append(session, now)).join();
  }

  private boolean busy(Session session) {
    return database
        .rows("SELECT busy FROM session WHERE session_id = '%s'".formatted(session.sessionId()))
        .equals(List.of("t"));
  }

  private Instant indexedTime(Session session) {
    return Instant.EPOCH.plusNanos(
        1_000
            * database.number(
                "SELECT update_time FROM session WHERE session_id = '%s'"
                    .formatted(session.sessionId())));
  }
}
