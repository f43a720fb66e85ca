package dev.parley.storage.rocksdb.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.MessageRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.Sessions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Messages whose ids end with their sequence have no index entry, unless they are older. */
class V12MessageIdsTest {
  @TempDir private Path folder;
  private final Agent agent = Agents.of("acme");
  private final Session session = Sessions.of(agent.agentId());

  @Test
  void append_idsOfTheServer_haveNoIndexEntry() throws RocksDBException {
    try (Store store = open()) {
      store.createAgent(agent, AuditContexts.any()).join();
      store.createSession(session).join();
      append(store, Set.of(), Sessions.draft("one"), Sessions.draft("two"));
      append(store, Set.of("chosen"), Sessions.draft("three"), Sessions.draft("chosen", "four"));
    }

    try (Database database = database()) {
      assertThat(indexedIds(database)).containsExactly("chosen");
    }
  }

  /** An older version made an index entry for each id. */
  @Test
  void open_layoutEleven_keepsEntriesAndFindsEachMessage() throws RocksDBException, IOException {
    Message first;
    try (Store store = open()) {
      store.createAgent(agent, AuditContexts.any()).join();
      store.createSession(session).join();
      first = append(store, Set.of(), Sessions.draft("one")).get(0);
      append(store, Set.of("chosen"), Sessions.draft("chosen", "two"));
    }
    String firstId = first.draft().messageId();
    try (Database database = database();
        WriteBatch batch = new WriteBatch()) {
      batch.put(
          database.handle(ColumnFamily.MESSAGE_IDS),
          Keys.messageId(agent.agentId(), session.sessionId(), firstId),
          Keys.ofSequence(1));
      database.write(batch);
      Layout.write(database, 11);
    }

    try (Store store = open()) {
      MessageLookup both =
          new MessageLookup(
              Sessions.ref(session), Set.of(firstId, "chosen"), Set.of(), Long.MAX_VALUE);
      assertThat(store.findMessages(both, Cancellation.NONE).join().orElseThrow().messages())
          .extracting(Message::sequence)
          .containsExactly(1L, 2L);
      assertThat(append(store, Set.of(firstId), first.draft())).containsExactly(first);
    }
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
    try (Database database = database()) {
      assertThat(indexedIds(database)).containsExactlyInAnyOrder(firstId, "chosen");
    }
  }

  @Test
  void check_findsAnIdOfTwoMessages() throws RocksDBException, IOException {
    Message.Draft draft = Sessions.draft("x-000000000002", "one");
    Message second;
    try (Store store = open()) {
      store.createAgent(agent, AuditContexts.any()).join();
      store.createSession(session).join();
      append(store, Set.of(draft.messageId()), draft);
      second = append(store, Set.of(), Sessions.draft("two")).get(0);
    }
    assertThat(CheckFindings.of(RocksDbFolder.take(folder))).isEmpty();
    try (Database database = database();
        WriteBatch batch = new WriteBatch()) {
      batch.put(
          database.handle(ColumnFamily.MESSAGES),
          Keys.message(agent.agentId(), session.sessionId(), 2),
          MessageRecords.ofMessage(new Message(2, draft, second.createTime())));
      database.write(batch);
    }

    assertThat(CheckFindings.of(RocksDbFolder.take(folder)))
        .singleElement()
        .asString()
        .contains("message 2 has the id of another message");
  }

  private List<Message> append(Store store, Set<String> chosenIds, Message.Draft... drafts) {
    return store
        .append(
            new Append(
                Sessions.ref(session),
                null,
                OptionalLong.empty(),
                List.of(drafts),
                chosenIds,
                Instant.ofEpochSecond(1)))
        .join()
        .messages();
  }

  private List<String> indexedIds(Database database) {
    List<String> ids = new ArrayList<>();
    byte[] prefix = Keys.session(agent.agentId(), session.sessionId());
    try (DatabaseSnapshot snapshot = database.snapshot();
        Scan scan = snapshot.scan(ColumnFamily.MESSAGE_IDS, prefix)) {
      for (scan.seek(prefix); scan.isValid(); scan.next()) {
        byte[] key = scan.key();
        ids.add(new String(key, prefix.length, key.length - prefix.length));
      }
    }
    return ids;
  }

  private Store open() {
    return RocksDbStores.open(folder, RocksDbSettings.DEFAULTS);
  }

  private Database database() throws RocksDBException {
    return new Database(folder.resolve("rocksdb"), RocksDbSettings.DEFAULTS.blockCacheBytes());
  }
}
