package dev.parley.storage.rocksdb.migration;

import dev.parley.model.Session;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.codec.StoredSession;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Moves large origins and metadata out of the session rows. Skips rows that were moved before. */
final class V13SessionDetails implements Layout.Migration {
  private static final long BYTES_AT_ONCE = 4L * 1024 * 1024;

  @Override
  public String description() {
    return "Stores a large origin or metadata of a session separately from its row.";
  }

  @Override
  public void run(Database database, WriteBatch last) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch();
        DatabaseSnapshot snapshot = database.snapshot();
        Scan scan = snapshot.scan(ColumnFamily.SESSIONS, new byte[0])) {
      for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
        byte[] value = scan.value();
        StoredSession stored = SessionRecords.toSession(scan.key(), value);
        Session session = stored.session();
        if (!stored.separateDetails() && StoredSession.areDetailsSeparate(session.profile())) {
          batch.put(
              database.handle(ColumnFamily.SESSIONS),
              scan.key(),
              SessionRecords.ofSession(session, SessionRecords.expiryIndexTime(value)));
          batch.put(
              database.handle(ColumnFamily.DETAILS),
              scan.key(),
              StoredSession.ofDetails(session.profile()));
        }
        if (batch.getDataSize() >= BYTES_AT_ONCE) {
          database.write(batch);
          batch.clear();
        }
      }
      database.write(batch);
    }
  }
}
