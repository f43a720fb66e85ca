package dev.parley.storage.rocksdb.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Run;
import dev.parley.model.Run.State;
import dev.parley.model.Session;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.run.AgentRunQuery;
import dev.parley.storage.run.RunPosition;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.Sessions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Indexes of runs. {@link SessionIndexingTest} has those of sessions. */
class V11RunAndArchiveIndexesTest {
  /** More runs than the step writes at once. */
  private static final int RUNS = 1_100;

  private static final Comparator<Run> NEWEST_FIRST =
      Comparator.comparing(RunPosition::of, RunPosition.NEWEST_FIRST);

  @TempDir Path folder;

  private final Agent agent = Agents.of("owner");
  private Session session;
  private Session archived;
  private List<Run> runs;

  @BeforeEach
  void makeLayoutTen() throws RocksDBException {
    try (Store store = open()) {
      store.createAgent(agent, AuditContexts.any()).join();
      session = store.createSession(Sessions.of(agent.agentId())).join();
      Session.Profile ofAnn = Session.Profile.EMPTY.withUser("ann").withClient("web");
      Session other = store.createSession(Sessions.of(agent.agentId(), ofAnn)).join();
      archived =
          store
              .updateSession(
                  Sessions.ref(other),
                  s -> s.withArchiveTime(Instant.ofEpochSecond(9)),
                  AuditContexts.any())
              .join();
      List<CompletableFuture<Run>> created = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        Run run =
            Run.create(
                agent.agentId(),
                session.sessionId(),
                "run " + i,
                State.values()[i % State.values().length],
                Run.Report.EMPTY,
                Instant.ofEpochSecond(i / 2));
        created.add(store.createRun(Sessions.ref(session), run));
      }
      runs = created.stream().map(CompletableFuture::join).sorted(NEWEST_FIRST).toList();
    }
    try (Database database = openDatabase();
        WriteBatch batch = new WriteBatch()) {
      for (byte[] index : List.of(RunIndexKeys.ofAll(), new byte[] {'o'}, new byte[] {'v'})) {
        batch.deleteRange(database.handle(ColumnFamily.INDEXES), index, Keys.prefixEnd(index));
      }
      database.write(batch);
      Layout.write(database, 10);
    }
  }

  @Test
  void open_olderFolder_indexesEveryRun() {
    assertMigrated();
  }

  @Test
  void open_afterAStepThatDied_isNotDoneTwice() throws RocksDBException {
    try (Database database = openDatabase();
        WriteBatch lost = new WriteBatch()) {
      new V11RunAndArchiveIndexes().run(database, lost);
    }

    assertMigrated();
  }

  private void assertMigrated() {
    try (Store store = open()) {
      assertThat(list(store, SessionFilter.ofAgent(agent.agentId())))
          .extracting(Session::sessionId)
          .containsExactly(session.sessionId(), archived.sessionId());
      assertThat(list(store, new SessionFilter(null, "owner", "ann", null)))
          .containsExactly(archived);
      for (State state : State.values()) {
        assertThat(list(store, EnumSet.of(state)))
            .isEqualTo(runs.stream().filter(run -> run.state() == state).toList());
      }
      Run.Ref ref = new Run.Ref(Sessions.ref(session), "run 1");
      Run ended =
          store.updateRun(ref, run -> run.withState(State.FAILED, Instant.ofEpochSecond(9))).join();
      assertThat(list(store, EnumSet.of(State.RUNNING))).hasSize(219);
      assertThat(list(store, EnumSet.of(State.FAILED))).contains(ended).hasSize(221);
    }
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
    try (Store store = open()) {
      store.deleteSession(Sessions.ref(session), s -> {}, AuditContexts.any()).join();
      assertThat(list(store, EnumSet.allOf(State.class))).isEmpty();
    }
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
  }

  private List<Run> list(Store store, Set<State> states) {
    AgentRunQuery query =
        new AgentRunQuery(agent.agentId(), null, states, null, 2 * RUNS, Long.MAX_VALUE);
    return store.listRuns(query, Cancellation.NONE).join();
  }

  private static List<Session> list(Store store, SessionFilter filter) {
    SessionQuery query = new SessionQuery(filter, SessionOrder.ALL_CREATE_TIME, null, 9);
    return store.listSessions(query, Cancellation.NONE).join();
  }

  private Store open() {
    return RocksDbStores.open(folder, RocksDbSettings.DEFAULTS);
  }

  private Database openDatabase() throws RocksDBException {
    return new Database(folder.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes());
  }
}
