package dev.parley.storage.postgres;

import dev.parley.storage.Store;
import dev.parley.storage.StoreContract;
import dev.parley.testing.PostgresServer;
import java.util.function.Supplier;

class PostgresStoreTest extends StoreContract {
  @Override
  protected Supplier<Store> newPlace() {
    String url = PostgresServer.shared().newDatabase();
    return () -> PostgresStores.open(url, PostgresSettings.DEFAULTS);
  }
}
