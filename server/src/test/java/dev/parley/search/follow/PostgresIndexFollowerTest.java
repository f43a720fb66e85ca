package dev.parley.search.follow;

import dev.parley.search.IndexedStore;
import dev.parley.search.SearchIndex;
import dev.parley.storage.Store;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.testing.PostgresServer;

class PostgresIndexFollowerTest extends IndexFollowerCases {
  private final String url = PostgresServer.shared().newDatabase();

  @Override
  Store openStore() {
    return PostgresStores.open(url, PostgresSettings.DEFAULTS);
  }

  @Override
  SearchIndex openIndex(Store store) {
    return ((IndexedStore) store).openIndex();
  }
}
