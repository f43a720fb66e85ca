package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.query.SessionOrder.Field;
import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Adds the indexes of active sessions by create time: of agents, clients and users. */
final class V9SessionCreationIndex implements Layout.Migration {
  @Override
  public String description() {
    return "Indexes active sessions by create time.";
  }

  @Override
  public void run(Database database, WriteBatch last) throws RocksDBException {
    SessionIndexing.addTo(database, Field.CREATE_TIME, session -> !session.isArchived());
  }
}
