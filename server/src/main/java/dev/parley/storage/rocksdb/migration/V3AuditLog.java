package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.WriteBatch;

/** Migrates from layout 2 to 3: adds the audit log, which starts empty. */
final class V3AuditLog implements Layout.Migration {
  @Override
  public String description() {
    return "Adds the audit log, which starts empty.";
  }

  @Override
  public void run(Database database, WriteBatch last) {
    // Opening the database creates the column family.
  }
}
