package dev.parley.storage.rocksdb.migration;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.query.SessionOrder.Field;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.util.Objects;
import java.util.function.Predicate;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Adds entries of sessions to the indexes by a time, for migrations. */
final class SessionIndexing {
  private static final int SESSIONS_AT_ONCE = 1024;

  private SessionIndexing() {}

  /**
   * Adds the sessions that a condition selects. Adding a session again has no effect.
   *
   * @param field the time of the indexes
   */
  static void addTo(Database database, Field field, Predicate<Session> selected)
      throws RocksDBException {
    AgentAndKeyCache cache = AgentAndKeyCache.load(database);
    try (WriteBatch batch = new WriteBatch();
        DatabaseSnapshot snapshot = database.snapshot();
        Scan scan = snapshot.scan(ColumnFamily.SESSIONS, new byte[0])) {
      int waiting = 0;
      for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
        Session session = SessionRecords.toSession(scan.key(), scan.value()).session();
        if (selected.test(session)) {
          add(database, batch, cache, field, session);
        }
        if (++waiting == SESSIONS_AT_ONCE) {
          database.write(batch);
          batch.clear();
          waiting = 0;
        }
      }
      database.write(batch);
    }
  }

  private static void add(
      Database database, WriteBatch batch, AgentAndKeyCache cache, Field field, Session session)
      throws RocksDBException {
    Agent agent =
        Objects.requireNonNull(cache.agent(session.agentId()), "The session has no agent.");
    for (byte[] key : IndexKeys.timeKeys(field, agent.owner(), session)) {
      V2RunAndUserIndexes.putKeyOnly(database, batch, ColumnFamily.INDEXES, key);
    }
  }
}
