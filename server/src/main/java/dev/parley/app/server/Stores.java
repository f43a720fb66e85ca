package dev.parley.app.server;

import dev.parley.config.Settings;
import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/** The store that a server's settings ask for. */
final class Stores {
  /** So that a call hears that the store is not available before its own time is over. */
  private static final int PATIENCE_OF_TIMEOUT = 3;

  private static final Duration PATIENCE_MIN = Duration.ofSeconds(1);

  private Stores() {}

  static Store open(Settings settings, MeterRegistry metrics, StoreObserver watch) {
    return settings
        .store()
        .map(url -> PostgresStores.open(url, postgres(settings), metrics, watch))
        .orElseGet(() -> RocksDbStores.open(settings.data(), rocksDb(settings), watch));
  }

  /** Where the store is, for people: without what is secret. */
  static String place(Settings settings) {
    return settings
        .store()
        .map(PostgresStores::withoutCredentials)
        .orElse(settings.data().toString());
  }

  private static PostgresSettings postgres(Settings settings) {
    PostgresSettings defaults = PostgresSettings.DEFAULTS;
    Duration patience = settings.requestTimeout().dividedBy(PATIENCE_OF_TIMEOUT);
    return new PostgresSettings(
        settings.storeConnections(),
        patience.compareTo(PATIENCE_MIN) < 0 ? PATIENCE_MIN : patience,
        defaults.waitingMax(),
        defaults.waitingAppendsMax(),
        defaults.waitingAppendBytesMax());
  }

  private static RocksDbSettings rocksDb(Settings settings) {
    RocksDbSettings defaults = RocksDbSettings.DEFAULTS;
    return new RocksDbSettings(
        settings.blockCacheBytes(),
        defaults.readers(),
        defaults.waitingReadsMax(),
        defaults.waitingWritesMax(),
        defaults.waitingWriteBytesMax());
  }
}
