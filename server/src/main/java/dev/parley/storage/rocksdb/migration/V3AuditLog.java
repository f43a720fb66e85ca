package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.WriteBatch;

/** From layout 2 to 3: there is an audit log, which begins empty. */
final class V3AuditLog implements Layout.Migration {
  @Override
  public void run(Database database, WriteBatch last) {
    // The family is made when the database is opened.
  }
}
