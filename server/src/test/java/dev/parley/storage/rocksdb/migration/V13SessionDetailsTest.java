package dev.parley.storage.rocksdb.migration;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.model.Agent;
import dev.parley.model.Expiry;
import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.codec.StoredSession;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.record.SessionRecord;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.Sessions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** In a folder of layout 12, each session row contains the origin and metadata. */
class V13SessionDetailsTest {
  /** More than one batch of the migration. */
  private static final int SESSIONS = 40;

  private static final Expiry DAY = new Expiry(null, Duration.ofDays(1), false);

  @TempDir Path folder;

  private final Agent agent = Agents.of("o");
  private final List<Session> sessions = new ArrayList<>();

  @BeforeEach
  void makeLayoutTwelve() throws Exception {
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      store.createAgent(agent, AuditContexts.any()).join();
      for (int i = 0; i < SESSIONS; i++) {
        Json json = Sessions.metadata(i % 3 == 0 ? 100 : 64 * 1024);
        Session.Profile profile =
            Session.Profile.EMPTY
                .withOrigin(i % 2 == 0 ? json : null)
                .withMetadata(i % 4 == 0 ? Json.EMPTY_OBJECT : json)
                .withExpiry(i % 5 == 0 ? DAY : Expiry.UNSET);
        sessions.add(store.createSession(Sessions.of(agent.agentId(), profile)).join());
      }
    }
    try (Database database = database();
        WriteBatch batch = new WriteBatch()) {
      for (Session session : sessions) {
        putOlderRow(database, batch, session);
      }
      database.write(batch);
      Layout.write(database, 12);
    }
  }

  private static void putOlderRow(Database database, WriteBatch batch, Session session)
      throws InvalidProtocolBufferException, RocksDBException {
    byte[] key = row(session);
    byte[] value = database.get(ColumnFamily.SESSIONS, key);
    SessionRecord.Builder row = SessionRecord.parseFrom(value).toBuilder().clearSeparateDetails();
    Json origin = session.profile().origin();
    if (origin != null) {
      row.setOrigin(ByteString.copyFrom(origin.utf8()));
    }
    Json metadata = session.profile().metadata();
    if (!metadata.equals(Json.EMPTY_OBJECT)) {
      row.setMetadata(ByteString.copyFrom(metadata.utf8()));
    }
    batch.put(database.handle(ColumnFamily.SESSIONS), key, row.build().toByteArray());
    batch.delete(database.handle(ColumnFamily.DETAILS), key);
  }

  @Test
  void open_layoutTwelve_movesLargeDetailsOnly() throws Exception {
    requireMigrated();
  }

  @Test
  void open_afterAnInterruptedMigration_goesOn() throws Exception {
    try (Database database = database();
        WriteBatch lost = new WriteBatch();
        WriteBatch batch = new WriteBatch()) {
      new V13SessionDetails().run(database, lost);
      // A session that the interrupted migration had not reached.
      putOlderRow(database, batch, sessions.get(1));
      database.write(batch);
    }

    requireMigrated();
  }

  private void requireMigrated() throws IOException, RocksDBException {
    try (Store store = RocksDbStores.open(folder, RocksDbSettings.DEFAULTS)) {
      for (Session session : sessions) {
        assertThat(store.findSession(Sessions.ref(session), Cancellation.NONE).join())
            .contains(session);
      }
    }
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
    try (Database database = database()) {
      for (Session session : sessions) {
        byte[] row = row(session);
        boolean separate = StoredSession.areDetailsSeparate(session.profile());
        assertThat(database.get(ColumnFamily.DETAILS, row) != null).isEqualTo(separate);
        assertThat(SessionRecords.toSession(row, database.get(ColumnFamily.SESSIONS, row)))
            .extracting(StoredSession::separateDetails)
            .isEqualTo(separate);
      }
    }
  }

  private static byte[] row(Session session) {
    return Keys.session(session.agentId(), session.sessionId());
  }

  private Database database() throws RocksDBException {
    return new Database(RocksDbFolder.filesOf(folder), RocksDbSettings.DEFAULTS.blockCacheBytes());
  }
}
