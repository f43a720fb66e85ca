package dev.parley.storage.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.read.AgentResolver;
import dev.parley.storage.rocksdb.read.SessionReads;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/** A page touches about as many keys as it returns sessions, wherever it starts. */
class SessionListCostTest {
  private static final int SESSIONS = 5_000;
  private static final int AT_ONCE = 500;
  private static final int LIMIT = 10;

  /** Of one page: its rows, its index entries, and what is read ahead of them. */
  private static final int KEYS_MAX = 8 * LIMIT;

  private static final List<TickerType> TOUCHED =
      List.of(
          TickerType.NUMBER_KEYS_READ,
          TickerType.NUMBER_MULTIGET_KEYS_READ,
          TickerType.NUMBER_DB_SEEK,
          TickerType.NUMBER_DB_NEXT,
          TickerType.NUMBER_DB_PREV,
          TickerType.NUMBER_ITER_SKIP);

  @TempDir static Path folder;
  private static final Agent AGENT = Agents.of("acme");
  private static final Agent OTHER = Agents.of("acme");
  private static final SessionFilter.Label LABEL = new SessionFilter.Label("team", "team 1");
  private static Statistics statistics;
  private static Database database;

  @BeforeAll
  static void fill() throws RocksDBException {
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      Stream.of(AGENT, OTHER)
          .forEach(agent -> store.createAgent(agent, AuditContexts.any()).join());
      for (int from = 0; from < SESSIONS; from += AT_ONCE) {
        List<CompletableFuture<Session>> created =
            IntStream.range(from, from + AT_ONCE)
                .mapToObj(i -> store.createSession(session(i)))
                .toList();
        archiveHalf(store, created.stream().map(CompletableFuture::join).toList());
      }
    }
    statistics = new Statistics();
    database =
        Database.measured(
            folder.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes(), statistics);
  }

  @AfterAll
  static void close() {
    database.close();
    statistics.close();
  }

  private static Session session(int i) {
    Session.Profile profile =
        Session.Profile.EMPTY
            .withUser("user " + i % 7)
            .withClient("client " + i % 3)
            .withLabels(Map.of("team", "team " + i % 3));
    UUID agentId = (i % 10 == 0 ? OTHER : AGENT).agentId();
    return Session.create(
        agentId, UUID.randomUUID(), "key " + i, profile, Instant.ofEpochSecond(i));
  }

  private static void archiveHalf(Store store, List<Session> sessions) {
    sessions.stream()
        .filter(session -> session.createTime().getEpochSecond() / 10 % 2 == 1)
        .map(
            session ->
                store.updateSession(
                    Sessions.ref(session),
                    s -> s.withArchiveTime(session.createTime()),
                    AuditContexts.any()))
        .toList()
        .forEach(CompletableFuture::join);
  }

  private static List<SessionFilter> filters(SessionOrder order) {
    return FILTERS.stream()
        .filter(filter -> !order.listsArchived() || filter.label() == null)
        .filter(filter -> !order.listsAll() || filter.client() == null)
        .toList();
  }

  private static final List<SessionFilter> FILTERS =
      List.of(
          SessionFilter.ofAgent(AGENT.agentId()),
          new SessionFilter(null, "acme", null, null),
          new SessionFilter(AGENT.agentId(), null, null, "client 1"),
          new SessionFilter(null, "acme", null, "client 1"),
          new SessionFilter(null, "acme", "user 3", null),
          new SessionFilter(AGENT.agentId(), "acme", "user 3", null),
          new SessionFilter(null, "acme", "user 3", "client 1"),
          new SessionFilter(AGENT.agentId(), null, null, null, LABEL),
          new SessionFilter(null, "acme", null, null, LABEL));

  @ParameterizedTest
  @EnumSource
  void page_touchesFewKeys(SessionOrder order) {
    SessionReads reads = new SessionReads(AgentResolver.OF_SNAPSHOT);
    Cursor middle = new Cursor(Instant.ofEpochSecond(SESSIONS / 2), new UUID(0, 0));
    for (SessionFilter filter : filters(order)) {
      for (Cursor after : new Cursor[] {null, middle}) {
        SessionQuery query = new SessionQuery(filter, order, after, LIMIT, Long.MAX_VALUE);
        long before = touched();
        List<Session> page;
        try (DatabaseSnapshot snapshot = database.snapshot()) {
          page = reads.list(snapshot, query);
        }

        assertThat(page).hasSize(LIMIT).isSortedAccordingTo(order.sessions());
        assertThat(touched() - before)
            .as("%s by %s after %s", filter, order, after)
            .isBetween(2L * LIMIT, (long) KEYS_MAX);
      }
    }
  }

  private static long touched() {
    return touched(statistics);
  }

  /** The number of keys that were touched since the statistics began. */
  static long touched(Statistics statistics) {
    return TOUCHED.stream().mapToLong(statistics::getTickerCount).sum();
  }
}
