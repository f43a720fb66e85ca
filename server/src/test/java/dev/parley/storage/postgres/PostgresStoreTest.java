package dev.parley.storage.postgres;

import dev.parley.storage.SessionStore;
import dev.parley.storage.SessionStoreContract;
import dev.parley.testing.PostgresServer;
import java.util.function.Supplier;

class PostgresStoreTest extends SessionStoreContract {
  @Override
  protected Supplier<SessionStore> newPlace() {
    String url = PostgresServer.shared().newDatabase();
    return () -> PostgresStores.open(url, PostgresSettings.DEFAULTS);
  }
}
