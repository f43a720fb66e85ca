package dev.parley.storage.rocksdb.migration;

import dev.parley.model.Session;
import dev.parley.storage.query.SessionOrder.Field;
import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Adds the indexes of archived sessions by archive time: of clients and users. */
final class V10ArchiveIndexes implements Layout.Migration {
  @Override
  public String description() {
    return "Indexes archived sessions by client and user.";
  }

  @Override
  public void run(Database database, WriteBatch last) throws RocksDBException {
    SessionIndexing.addTo(database, Field.ARCHIVE_TIME, Session::isArchived);
  }
}
