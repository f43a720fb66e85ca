package dev.parley.testing;

import dev.parley.storage.Store;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The store under test: the embedded one, or with {@code -Dparley.test.store=postgres} the one on
 * PostgreSQL.
 */
public final class StoreUnderTest {
  private static final Engine ENGINE =
      Engine.valueOf(System.getProperty("parley.test.store", "rocksdb").toUpperCase(Locale.ROOT));
  private static final Map<Path, String> URLS = new ConcurrentHashMap<>();

  private StoreUnderTest() {}

  private enum Engine {
    ROCKSDB,
    POSTGRES
  }

  /** Copying tables is faster than creating them. */
  private static final class Template {
    static final String URL = migrated();
  }

  /** Opens the store of {@code folder}. At the first call in this JVM, it is empty. */
  public static Store open(Path folder) {
    return open(folder, StoreObserver.NONE);
  }

  /** The same with an observer. */
  public static Store open(Path folder, StoreObserver watch) {
    return switch (ENGINE) {
      case ROCKSDB -> RocksDbStores.open(folder, RocksDbSettings.DEFAULTS, watch);
      case POSTGRES ->
          PostgresStores.open(
              url(folder), PostgresSettings.DEFAULTS, new SimpleMeterRegistry(), watch);
    };
  }

  /** Whether several servers can use the store at the same time. */
  public static boolean isShared() {
    return ENGINE == Engine.POSTGRES;
  }

  private static String url(Path folder) {
    return URLS.computeIfAbsent(
        folder.toAbsolutePath().normalize(), made -> PostgresServer.shared().copy(Template.URL));
  }

  private static String migrated() {
    String url = PostgresServer.shared().newDatabase();
    PostgresStores.open(url, PostgresSettings.DEFAULTS).close();
    return url;
  }
}
