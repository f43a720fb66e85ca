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

/** Opens the store that the settings select. */
final class Stores {
  /** A call gets the error of the store before its own timeout. */
  private static final int TIMEOUT_FRACTION = 3;

  private static final Duration WAIT_MIN = Duration.ofSeconds(1);

  private Stores() {}

  /** Opens the store, or creates it. */
  static Store open(Settings settings, MeterRegistry metrics, StoreObserver observer) {
    return settings
        .store()
        .map(url -> PostgresStores.open(url, postgres(settings), metrics, observer))
        .orElseGet(() -> RocksDbStores.open(settings.data(), rocksDb(settings), observer));
  }

  /** The location of the store without credentials, for messages. */
  static String location(Settings settings) {
    return settings
        .store()
        .map(PostgresStores::withoutCredentials)
        .orElse(settings.data().toString());
  }

  private static PostgresSettings postgres(Settings settings) {
    PostgresSettings defaults = PostgresSettings.DEFAULTS;
    Duration patience = settings.requestTimeout().dividedBy(TIMEOUT_FRACTION);
    return new PostgresSettings(
        settings.storeConnections(),
        settings.appendQueues(),
        patience.compareTo(WAIT_MIN) < 0 ? WAIT_MIN : patience,
        defaults.waitingMax(),
        defaults.waitingAppendsMax(),
        defaults.waitingAppendBytesMax());
  }

  private static RocksDbSettings rocksDb(Settings settings) {
    RocksDbSettings defaults = RocksDbSettings.DEFAULTS;
    return new RocksDbSettings(
        settings.blockCacheBytes(),
        defaults.readers(),
        settings.writers(),
        defaults.waitingReadsMax(),
        defaults.waitingWritesMax(),
        defaults.waitingWriteBytesMax());
  }
}
