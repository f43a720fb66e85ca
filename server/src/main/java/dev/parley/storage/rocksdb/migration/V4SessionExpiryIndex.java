package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.WriteBatch;

/**
 * Migrates from layout 3 to 4: adds the expiry index. No session had an expiry before, so nothing
 * is rewritten. The new number keeps older versions from writing sessions without the index.
 */
final class V4SessionExpiryIndex implements Layout.Migration {
  @Override
  public String description() {
    return "Adds the expiry of sessions. Rewrites no data.";
  }

  @Override
  public void run(Database database, WriteBatch last) {}
}
