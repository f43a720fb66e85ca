package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.WriteBatch;

/**
 * Adds deleted messages. Rewrites nothing: the new layout number keeps older versions, which would
 * show deleted messages as empty ones, from opening the store.
 */
final class V5DeletedMessages implements Layout.Migration {
  @Override
  public String description() {
    return "Adds deleted messages. Rewrites no data.";
  }

  @Override
  public void run(Database database, WriteBatch last) {}
}
