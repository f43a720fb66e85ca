package dev.parley.storage.rocksdb.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Sessions;
import dev.parley.testing.TickingClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A folder of layout 1 is a folder of layout 2 without the data that layout 2 adds. */
class V2RunAndUserIndexesTest {
  @TempDir Path folder;

  private final TickingClock clock = new TickingClock();
  private final Agent agent = Agents.of("owner");
  private Session session;
  private Session archived;

  @BeforeEach
  void makeLayoutOne() throws RocksDBException {
    Session.Profile profile = Session.Profile.EMPTY.withUser("ann").withClient("web");
    try (Store store = open()) {
      store.createAgent(agent, AuditContexts.any()).join();
      Session made = store.createSession(Sessions.of(agent.agentId(), profile)).join();
      session =
          store
              .append(
                  new Append(
                      Sessions.ref(made),
                      null,
                      OptionalLong.empty(),
                      List.of(
                          draft(Role.USER, "run"), draft(Role.TOOL, "run"), draft(Role.USER, null)),
                      clock.instant()))
              .join()
              .session();
      made = store.createSession(Sessions.of(agent.agentId(), profile)).join();
      archived =
          store
              .updateSession(
                  Sessions.ref(made), s -> s.withArchiveTime(clock.instant()), AuditContexts.any())
              .join();
    }
    try (Database database = openDatabase();
        WriteBatch batch = new WriteBatch()) {
      for (byte tag : new byte[] {'i', 'c', 'u'}) {
        byte[] prefix = {tag};
        batch.deleteRange(database.handle(ColumnFamily.INDEXES), prefix, Keys.prefixEnd(prefix));
      }
      byte[] run = Keys.agentRows(agent.agentId());
      batch.deleteRange(database.handle(ColumnFamily.RUN_MESSAGES), run, Keys.prefixEnd(run));
      batch.put(
          database.handle(ColumnFamily.SESSIONS),
          Keys.session(session.agentId(), session.sessionId()),
          SessionRecords.ofSession(session.withAppended(0, -2, session.updateTime()), null));
      database.write(batch);
      Layout.write(database, 1);
    }
  }

  @Test
  void open_folderOfLayoutOne_hasAllThatLayoutTwoHas() {
    assertMigrated();
  }

  @Test
  void open_afterAStepThatDied_isNotDoneTwice() throws RocksDBException {
    try (Database database = openDatabase();
        WriteBatch lost = new WriteBatch()) {
      new V2RunAndUserIndexes().run(database, lost);
    }

    assertMigrated();
  }

  private void assertMigrated() {
    try (Store store = open()) {
      assertThat(store.findSession(session.sessionId(), Cancellation.NONE).join())
          .contains(session);
      assertThat(store.findSession(archived.sessionId(), Cancellation.NONE).join())
          .contains(archived);
      assertThat(list(store, new SessionFilter(null, "owner", "ann", "web")))
          .containsExactly(session);
      assertThat(list(store, new SessionFilter(agent.agentId(), null, null, "web")))
          .containsExactly(session);
      assertThat(ofRun(store)).hasSize(2);

      store
          .updateSession(
              Sessions.ref(session), s -> s.withArchiveTime(clock.instant()), AuditContexts.any())
          .join();
      assertThat(list(store, new SessionFilter(null, "owner", "ann", "web"))).isEmpty();
    }
  }

  private List<Message> ofRun(Store store) {
    MessageQuery query =
        new MessageQuery(
            Sessions.ref(session),
            false,
            EnumSet.allOf(Role.class),
            Set.of("run"),
            0,
            9,
            Long.MAX_VALUE);
    return store.listMessages(query, Cancellation.NONE).join().orElseThrow().messages();
  }

  private static List<Session> list(Store store, SessionFilter filter) {
    return store
        .listSessions(
            new SessionQuery(filter, SessionOrder.UPDATE_TIME_DESC, null, 9), Cancellation.NONE)
        .join();
  }

  private static Message.Draft draft(Role role, String runId) {
    return new Message.Draft(
        UUID.randomUUID().toString(), role, Content.text("text"), runId, Json.EMPTY_OBJECT);
  }

  private Store open() {
    return RocksDbStores.open(folder, RocksDbSettings.DEFAULTS);
  }

  private Database openDatabase() throws RocksDBException {
    Path database = folder.resolve("rocksdb");
    assertThat(Files.isDirectory(database)).isTrue();
    return new Database(database, RocksDbSettings.DEFAULTS.blockCacheBytes());
  }
}
