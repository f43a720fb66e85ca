package dev.parley.storage.rocksdb.migration;

import dev.parley.storage.rocksdb.engine.Database;
import org.rocksdb.WriteBatch;

/**
 * From layout 3 to 4: sessions that have an expiry are filed as due. None had one before, so that
 * nothing is to be rewritten; but who does not know the list would leave it wrong.
 */
final class V4SessionExpiryIndex implements Layout.Migration {
  @Override
  public void run(Database database, WriteBatch last) {}
}
