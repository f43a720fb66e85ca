package dev.parley.storage.rocksdb.migration;

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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A folder of an older layout is a folder without the indexes by create time. */
class V9SessionCreationIndexTest {
  /** The layout before this step. */
  private static final int BEFORE = 8;

  @TempDir Path folder;

  private final Agent agent = Agents.of("owner");
  private Session session;

  @BeforeEach
  void makeOlderLayout() throws RocksDBException {
    Session.Profile profile = Session.Profile.EMPTY.withUser("ann").withClient("web");
    try (Store store = open()) {
      store.createAgent(agent, AuditContexts.any()).join();
      session = store.createSession(Sessions.of(agent.agentId(), profile)).join();
      Session other = store.createSession(Sessions.of(agent.agentId(), profile)).join();
      store
          .updateSession(
              Sessions.ref(other),
              s -> s.withArchiveTime(Instant.ofEpochSecond(9)),
              AuditContexts.any())
          .join();
    }
    try (Database database = openDatabase();
        WriteBatch batch = new WriteBatch()) {
      for (byte tag : new byte[] {'n', 'd', 'w'}) {
        byte[] prefix = {tag};
        batch.deleteRange(database.handle(ColumnFamily.INDEXES), prefix, Keys.prefixEnd(prefix));
      }
      database.write(batch);
      Layout.write(database, BEFORE);
    }
  }

  @Test
  void open_olderFolder_indexesActiveSessions() {
    assertMigrated();
  }

  @Test
  void open_afterAStepThatDied_isNotDoneTwice() throws RocksDBException {
    try (Database database = openDatabase();
        WriteBatch lost = new WriteBatch()) {
      new V9SessionCreationIndex().run(database, lost);
    }

    assertMigrated();
  }

  private void assertMigrated() {
    List<SessionFilter> filters =
        List.of(
            SessionFilter.ofAgent(agent.agentId()),
            new SessionFilter(null, "owner", "ann", null),
            new SessionFilter(agent.agentId(), null, null, "web"));
    try (Store store = open()) {
      for (SessionFilter filter : filters) {
        assertThat(list(store, filter)).containsExactly(session);
      }
      store.deleteSession(Sessions.ref(session), s -> {}, AuditContexts.any()).join();
      for (SessionFilter filter : filters) {
        assertThat(list(store, filter)).isEmpty();
      }
    }
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
  }

  private static List<Session> list(Store store, SessionFilter filter) {
    SessionQuery query =
        new SessionQuery(filter, false, SessionOrder.CREATE_TIME, null, 9, Long.MAX_VALUE);
    return store.listSessions(query, Cancellation.NONE).join();
  }

  private Store open() {
    return RocksDbStores.open(folder, RocksDbSettings.DEFAULTS);
  }

  private Database openDatabase() throws RocksDBException {
    return new Database(folder.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes());
  }
}
