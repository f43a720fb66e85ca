package dev.parley.storage.postgres;

import dev.parley.storage.Store;
import dev.parley.storage.StoreContract;
import dev.parley.testing.Alternating;
import dev.parley.testing.PostgresServer;
import java.util.function.Supplier;

/** Two servers on one database behave like one. Calls alternate between them. */
class TwoPostgresStoresTest extends StoreContract {
  @Override
  protected Supplier<Store> newPlace() {
    String url = PostgresServer.shared().newDatabase();
    return () ->
        Alternating.between(
            PostgresStores.open(url, PostgresSettings.DEFAULTS),
            PostgresStores.open(url, PostgresSettings.DEFAULTS));
  }
}
