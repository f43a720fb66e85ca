package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.WriteBatch;

/** Migrates from layout 5 to 6: adds the change log, which starts empty. */
final class V6ChangeLog implements Layout.Migration {
  @Override
  public String description() {
    return "Adds the change log, which starts empty.";
  }

  @Override
  public void run(Database database, WriteBatch last) {
    // Opening the database creates the column family.
  }
}
