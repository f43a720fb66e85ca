package dev.parley.storage.rocksdb.engine;

import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;

/** Discards RocksDB's log, which would otherwise be written next to files that are only read. */
final class NoOpLogger extends Logger {
  NoOpLogger() {
    super(InfoLogLevel.FATAL_LEVEL);
  }

  @Override
  protected void log(InfoLogLevel level, String message) {}
}
