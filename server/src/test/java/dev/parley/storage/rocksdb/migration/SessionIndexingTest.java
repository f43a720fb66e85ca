package dev.parley.storage.rocksdb.migration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
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
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.Sessions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A folder of an older layout is a folder without the indexes that a step adds. */
class SessionIndexingTest {
  private enum Step {
    CREATION(8, "ndw", SessionOrder.CREATE_TIME, new V9SessionCreationIndex()),
    ARCHIVE(9, "yz", SessionOrder.ARCHIVE_TIME_DESC, new V10ArchiveIndexes());

    private final int before;
    private final String tags;
    private final SessionOrder order;
    private final Layout.Migration migration;

    Step(int before, String tags, SessionOrder order, Layout.Migration migration) {
      this.before = before;
      this.tags = tags;
      this.order = order;
      this.migration = migration;
    }
  }

  @TempDir Path folder;

  private final Agent agent = Agents.of("owner");
  private Session active;
  private Session archived;

  private void makeOlderLayout(Step step) throws RocksDBException {
    Session.Profile profile = Session.Profile.EMPTY.withUser("ann").withClient("web");
    try (Store store = open()) {
      store.createAgent(agent, AuditContexts.any()).join();
      active = store.createSession(Sessions.of(agent.agentId(), profile)).join();
      Session other = store.createSession(Sessions.of(agent.agentId(), profile)).join();
      archived =
          store
              .updateSession(
                  Sessions.ref(other),
                  s -> s.withArchiveTime(Instant.ofEpochSecond(9)),
                  AuditContexts.any())
              .join();
    }
    removeIndexes(step);
  }

  private void removeIndexes(Step step) throws RocksDBException {
    try (Database database = openDatabase();
        WriteBatch batch = new WriteBatch()) {
      for (byte tag : step.tags.getBytes(US_ASCII)) {
        byte[] prefix = {tag};
        batch.deleteRange(database.handle(ColumnFamily.INDEXES), prefix, Keys.prefixEnd(prefix));
      }
      database.write(batch);
      Layout.write(database, step.before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void open_olderFolder_indexesSessions(Step step) throws RocksDBException {
    makeOlderLayout(step);

    assertMigrated(step);
  }

  @ParameterizedTest
  @EnumSource
  void open_afterAStepThatDied_isNotDoneTwice(Step step) throws RocksDBException {
    makeOlderLayout(step);
    try (Database database = openDatabase();
        WriteBatch lost = new WriteBatch()) {
      step.migration.run(database, lost);
    }

    assertMigrated(step);
  }

  /** More sessions than the step writes at once. */
  @Test
  void open_olderFolderWithManySessions_indexesEachOnce() throws RocksDBException {
    makeOlderLayout(Step.CREATION);
    List<Session> all = new ArrayList<>(List.of(active));
    try (Store store = open()) {
      List<CompletableFuture<Session>> created = new ArrayList<>();
      for (int i = 0; i < 2_100; i++) {
        created.add(store.createSession(Sessions.of(agent.agentId())));
      }
      created.forEach(each -> all.add(each.join()));
    }
    removeIndexes(Step.CREATION);

    try (Store store = open()) {
      SessionQuery query =
          new SessionQuery(
              SessionFilter.ofAgent(agent.agentId()), SessionOrder.CREATE_TIME, null, 3_000);
      assertThat(store.listSessions(query, Cancellation.NONE).join())
          .isEqualTo(all.stream().sorted(SessionOrder.CREATE_TIME.sessions()).toList());
    }
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
  }

  private void assertMigrated(Step step) {
    Session session = step.order.listsArchived() ? archived : active;
    List<SessionFilter> filters =
        List.of(
            SessionFilter.ofAgent(agent.agentId()),
            new SessionFilter(null, "owner", "ann", null),
            new SessionFilter(agent.agentId(), null, null, "web"));
    try (Store store = open()) {
      for (SessionFilter filter : filters) {
        assertThat(list(store, step, filter)).containsExactly(session);
      }
      store.deleteSession(Sessions.ref(session), s -> {}, AuditContexts.any()).join();
      for (SessionFilter filter : filters) {
        assertThat(list(store, step, filter)).isEmpty();
      }
    }
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
  }

  private static List<Session> list(Store store, Step step, SessionFilter filter) {
    SessionQuery query = new SessionQuery(filter, step.order, null, 9);
    return store.listSessions(query, Cancellation.NONE).join();
  }

  private Store open() {
    return RocksDbStores.open(folder, RocksDbSettings.DEFAULTS);
  }

  private Database openDatabase() throws RocksDBException {
    return new Database(folder.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes());
  }
}
