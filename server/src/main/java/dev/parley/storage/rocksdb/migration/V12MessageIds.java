package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.WriteBatch;

/**
 * Omits index entries of message ids that end with the sequence. Existing entries stay. The new
 * layout number keeps older versions, which would not find such messages, from opening the store.
 */
final class V12MessageIds implements Layout.Migration {
  @Override
  public String description() {
    return "Omits index entries of message ids that end with the sequence. Rewrites no data.";
  }

  @Override
  public void run(Database database, WriteBatch last) {}
}
