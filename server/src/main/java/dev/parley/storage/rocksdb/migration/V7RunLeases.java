package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.WriteBatch;

/**
 * Adds leases of runs. Rewrites nothing: the new layout number keeps older versions, which would
 * ignore fences, from opening the store.
 */
final class V7RunLeases implements Layout.Migration {
  @Override
  public String description() {
    return "Adds leases of runs. Rewrites no data.";
  }

  @Override
  public void run(Database database, WriteBatch last) {}
}
