package dev.parley.storage.rocksdb.engine;

import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;

/** Drops what RocksDB would say in a file of its own beside those that are only read. */
final class NoOpLogger extends Logger {
  NoOpLogger() {
    super(InfoLogLevel.FATAL_LEVEL);
  }

  @Override
  protected void log(InfoLogLevel level, String message) {}
}
