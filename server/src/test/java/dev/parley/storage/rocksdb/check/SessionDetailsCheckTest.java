package dev.parley.storage.rocksdb.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.StoredSession;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.Sessions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** A check compares session rows with the origins and metadata that are stored separately. */
class SessionDetailsCheckTest {
  private static final Session.Profile SMALL =
      Session.Profile.EMPTY.withMetadata(Sessions.metadata(StoredSession.DETAILS_IN_ROW_BYTES_MAX));

  private static final Session.Profile LARGE =
      Session.Profile.EMPTY.withMetadata(
          Sessions.metadata(StoredSession.DETAILS_IN_ROW_BYTES_MAX + 1));

  @TempDir Path folder;

  private final Agent agent = Agents.of("o");
  private final Session small = Sessions.of(agent.agentId(), SMALL);
  private final Session large = Sessions.of(agent.agentId(), LARGE);

  @BeforeEach
  void fill() {
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      store.createAgent(agent, AuditContexts.any()).join();
      store.createSession(small).join();
      store.createSession(large).join();
    }
  }

  @Test
  void check_wholeStore_findsNothing() throws IOException {
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
  }

  @Test
  void check_missingDetails_areNamed() throws Exception {
    change(batch -> batch.delete(ColumnFamily.DETAILS, row(large)));

    requireFound(large, "its origin and metadata are missing");
  }

  @Test
  void check_detailsThatCannotBeDecoded_areNamed() throws Exception {
    change(batch -> batch.put(ColumnFamily.DETAILS, row(large), new byte[] {1, 2, 3}));

    requireFound(large, "its origin and metadata cannot be read");
  }

  @Test
  void check_detailsThatTheRowDoesNotName_areNamed() throws Exception {
    change(batch -> batch.put(ColumnFamily.DETAILS, row(small), StoredSession.ofDetails(LARGE)));

    requireFound(small, "has a separate origin or metadata, but its row does not say so");
  }

  @Test
  void check_smallDetailsApart_areNamed() throws Exception {
    change(batch -> batch.put(ColumnFamily.DETAILS, row(large), StoredSession.ofDetails(SMALL)));

    requireFound(large, "its origin and metadata are stored in the wrong place");
  }

  @Test
  void check_twoEntries_areNamed() throws Exception {
    byte[] second = Keys.join(row(large), new byte[1]);
    change(batch -> batch.put(ColumnFamily.DETAILS, second, StoredSession.ofDetails(LARGE)));

    requireFound(large, "has more than one origin and metadata");
  }

  @Test
  void check_detailsWithoutSession_areNamed() throws Exception {
    UUID gone = new UUID(-1, -1);
    byte[] row = Keys.session(agent.agentId(), gone);
    change(batch -> batch.put(ColumnFamily.DETAILS, row, StoredSession.ofDetails(LARGE)));

    assertThat(CheckFindings.of(RocksDbFolder.take(folder)))
        .containsExactly(
            SessionsCheck.name(agent.agentId(), gone) + ": 1 entry of details has no session");
  }

  private void requireFound(Session session, String what) throws IOException {
    List<String> found = CheckFindings.of(RocksDbFolder.take(folder));
    assertThat(found)
        .containsExactly(SessionsCheck.name(agent.agentId(), session.sessionId()) + ": " + what);
  }

  private void change(Consumer<Batch> change) throws RocksDBException {
    try (Database database =
        new Database(RocksDbFolder.filesOf(folder), RocksDbSettings.DEFAULTS.blockCacheBytes())) {
      Batch batch = new Batch(database);
      change.accept(batch);
      batch.commitStaged();
      batch.commit(0, 1);
    }
  }

  private static byte[] row(Session session) {
    return Keys.session(session.agentId(), session.sessionId());
  }
}
