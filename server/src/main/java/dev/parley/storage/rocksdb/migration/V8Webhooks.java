package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.WriteBatch;

/** Migrates from layout 7 to 8: adds webhooks, of which there are none. */
final class V8Webhooks implements Layout.Migration {
  @Override
  public String description() {
    return "Adds webhooks. Rewrites no data.";
  }

  @Override
  public void run(Database database, WriteBatch last) {
    // Opening the database creates the column family.
  }
}
