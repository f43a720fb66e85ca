package dev.parley.storage.rocksdb.files;

import dev.parley.model.Session;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;

/** Counts the contents of a database from its session rows. */
final class StoreTotals {
  private StoreTotals() {}

  static StoreCounts of(Database database) {
    long agents = 0;
    long apiKeys = 0;
    long sessions = 0;
    long messages = 0;
    long runs = 0;
    try (DatabaseSnapshot snapshot = database.snapshot()) {
      try (Scan scan = snapshot.scan(ColumnFamily.DIRECTORY, new byte[0])) {
        for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
          agents += scan.key()[0] == Keys.AGENT ? 1 : 0;
          apiKeys += scan.key()[0] == Keys.API_KEY ? 1 : 0;
        }
      }
      try (Scan scan = snapshot.scan(ColumnFamily.SESSIONS, new byte[0])) {
        for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
          Session session = SessionRecords.toSession(scan.key(), scan.value()).session();
          sessions++;
          messages += session.messageCount();
          runs += session.runCount();
        }
      }
    }
    return new StoreCounts(agents, apiKeys, sessions, messages, runs);
  }
}
