package dev.parley.storage.rocksdb.migration;

import dev.parley.model.Session;
import dev.parley.storage.query.SessionOrder.Field;
import dev.parley.storage.rocksdb.codec.RunIndexKeys;
import dev.parley.storage.rocksdb.codec.RunRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Adds the index of the runs of agents by state, and that of archived sessions by create time. */
final class V11RunAndArchiveIndexes implements Layout.Migration {
  private static final int RUNS_AT_ONCE = 1024;

  @Override
  public String description() {
    return "Indexes runs by state, and archived sessions by create time.";
  }

  @Override
  public void run(Database database, WriteBatch last) throws RocksDBException {
    SessionIndexing.addTo(database, Field.CREATE_TIME, Session::isArchived);
    indexRuns(database);
  }

  private static void indexRuns(Database database) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch();
        DatabaseSnapshot snapshot = database.snapshot();
        Scan scan = snapshot.scan(ColumnFamily.RUNS, new byte[0])) {
      for (scan.seek(new byte[0]); scan.isValid(); scan.next()) {
        byte[] entry = RunIndexKeys.of(RunRecords.toRun(scan.key(), scan.value()));
        V2RunAndUserIndexes.putKeyOnly(database, batch, ColumnFamily.INDEXES, entry);
        if (batch.count() == RUNS_AT_ONCE) {
          database.write(batch);
          batch.clear();
        }
      }
      database.write(batch);
    }
  }
}
