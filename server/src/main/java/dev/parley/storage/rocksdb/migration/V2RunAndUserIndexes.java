package dev.parley.storage.rocksdb.migration;

import dev.parley.model.Agent;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.MessageRecords;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.util.Objects;
import java.util.UUID;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Migrates from layout 1 to 2: indexes sessions by id, client and user, indexes messages by run,
 * and counts the messages of users and agents.
 */
final class V2RunAndUserIndexes implements Layout.Migration {
  private static final int SESSIONS_AT_ONCE = 256;
  private static final byte[] NO_VALUE = new byte[0];

  @Override
  public String description() {
    return "Indexes sessions by id, client and user, and messages by run.";
  }

  @Override
  public void run(Database database, WriteBatch last) throws RocksDBException {
    AgentAndKeyCache cache = AgentAndKeyCache.load(database);
    WriteBatch batch = new WriteBatch();
    try (DatabaseSnapshot snapshot = database.snapshot();
        Scan scan = snapshot.scan(ColumnFamily.SESSIONS, new byte[0])) {
      int waiting = 0;
      for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
        Session session = SessionRecords.toSession(scan.key(), scan.value()).session();
        index(database, batch, cache, session);
        count(database, snapshot, batch, session, scan.value());
        if (++waiting == SESSIONS_AT_ONCE) {
          database.write(batch);
          batch.clear();
          waiting = 0;
        }
      }
      database.write(batch);
    } finally {
      batch.close();
    }
  }

  private static void index(
      Database database, WriteBatch batch, AgentAndKeyCache cache, Session session)
      throws RocksDBException {
    batch.put(
        database.handle(ColumnFamily.INDEXES),
        IndexKeys.location(session.sessionId()),
        Keys.ofId(session.agentId()));
    Agent agent =
        Objects.requireNonNull(cache.agent(session.agentId()), "The session has no agent.");
    for (byte[] indexKey : IndexKeys.indexKeys(agent.owner(), session)) {
      putKeyOnly(database, batch, ColumnFamily.INDEXES, indexKey);
    }
  }

  private static void count(
      Database database, DatabaseSnapshot snapshot, WriteBatch batch, Session session, byte[] value)
      throws RocksDBException {
    UUID agentId = session.agentId();
    UUID sessionId = session.sessionId();
    byte[] prefix = Keys.session(agentId, sessionId);
    int spoken = 0;
    try (Scan scan = snapshot.scan(ColumnFamily.MESSAGES, prefix)) {
      for (scan.seek(prefix); scan.isValid(); scan.next()) {
        long sequence = Keys.sequenceOf(scan.key());
        Message.Draft draft = MessageRecords.toMessage(sequence, scan.value()).draft();
        if (draft.role().isSpoken()) {
          spoken++;
        }
        if (draft.runId() != null) {
          byte[] entry = Keys.runMessage(agentId, sessionId, draft.runId(), sequence);
          putKeyOnly(database, batch, ColumnFamily.RUN_MESSAGES, entry);
        }
      }
    }
    // Layout 1 did not count them.
    if (session.spokenCount() == 0) {
      batch.put(
          database.handle(ColumnFamily.SESSIONS),
          prefix,
          SessionRecords.withSpokenCount(value, spoken));
    }
  }

  /**
   * Entries that are removed with a single delete must be put only once, even if the migration runs
   * twice.
   */
  static void putKeyOnly(Database database, WriteBatch batch, ColumnFamily family, byte[] key)
      throws RocksDBException {
    if (database.get(family, key) == null) {
      batch.put(database.handle(family), key, NO_VALUE);
    }
  }
}
