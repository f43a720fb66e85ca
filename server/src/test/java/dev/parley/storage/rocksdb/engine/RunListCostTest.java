package dev.parley.storage.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Run;
import dev.parley.model.Run.State;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.read.AgentResolver;
import dev.parley.storage.rocksdb.read.AgentRunReads;
import dev.parley.storage.run.AgentRunQuery;
import dev.parley.storage.run.RunPosition;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;

/**
 * A page of runs touches about as many keys as it returns runs, wherever it starts and however many
 * runs are in other states.
 */
class RunListCostTest {
  private static final int RUNS = 3_000;
  private static final int AT_ONCE = 500;
  private static final int LIMIT = 10;

  /** Of one page: its rows and sessions, its index entries, and what is read ahead of them. */
  private static final int KEYS_MAX = 12 * LIMIT;

  @TempDir static Path folder;
  private static final Agent AGENT = Agents.of("acme");
  private static final Agent OTHER = Agents.of("acme");
  private static Statistics statistics;
  private static Database database;

  @BeforeAll
  static void fill() throws RocksDBException {
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      List<Session> sessions = new ArrayList<>();
      for (Agent agent : List.of(AGENT, OTHER)) {
        store.createAgent(agent, AuditContexts.any()).join();
        sessions.add(store.createSession(Sessions.of(agent.agentId())).join());
        sessions.add(store.createSession(Sessions.of(agent.agentId())).join());
      }
      List<CompletableFuture<Run>> written = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        Session session = sessions.get(i % sessions.size());
        Instant time = Instant.ofEpochSecond(i);
        written.add(store.createRun(Sessions.ref(session), run(session, i, time)));
        // One of 50 stays in progress.
        if (i / sessions.size() % 50 != 0) {
          State end = i / sessions.size() % 9 == 0 ? State.FAILED : State.COMPLETED;
          written.add(
              store.updateRun(
                  new Run.Ref(Sessions.ref(session), "run " + i), run -> run.withState(end, time)));
        }
        if (written.size() >= AT_ONCE) {
          written.forEach(CompletableFuture::join);
          written.clear();
        }
      }
      written.forEach(CompletableFuture::join);
    }
    statistics = new Statistics();
    database =
        Database.measured(
            folder.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes(), statistics);
  }

  private static Run run(Session session, int i, Instant time) {
    return Run.create(
        session.agentId(), session.sessionId(), "run " + i, State.RUNNING, Run.Report.EMPTY, time);
  }

  @AfterAll
  static void close() {
    database.close();
    statistics.close();
  }

  @Test
  void page_touchesFewKeys() {
    RunPosition middle = new RunPosition(Instant.ofEpochSecond(RUNS / 2), new UUID(0, 0), 0);
    for (UUID agentId : new UUID[] {null, AGENT.agentId()}) {
      for (Set<State> states :
          List.of(
              EnumSet.of(State.RUNNING),
              EnumSet.of(State.FAILED),
              EnumSet.of(State.RUNNING, State.COMPLETED),
              EnumSet.allOf(State.class))) {
        for (RunPosition after : new RunPosition[] {null, middle}) {
          AgentRunQuery query =
              new AgentRunQuery(agentId, "acme", states, after, LIMIT, Long.MAX_VALUE);
          long before = SessionListCostTest.touched(statistics);
          List<Run> page;
          try (DatabaseSnapshot snapshot = database.snapshot()) {
            page = AgentRunReads.list(snapshot, AgentResolver.OF_SNAPSHOT, query);
          }

          assertThat(page).hasSize(LIMIT).allMatch(run -> states.contains(run.state()));
          assertThat(SessionListCostTest.touched(statistics) - before)
              .as("%s of %s after %s", states, agentId, after)
              .isBetween(3L * LIMIT, (long) KEYS_MAX);
        }
      }
    }
  }
}
