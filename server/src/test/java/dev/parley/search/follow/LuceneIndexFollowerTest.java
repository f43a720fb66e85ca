package dev.parley.search.follow;

import dev.parley.search.SearchIndex;
import dev.parley.search.lucene.LuceneIndex;
import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LuceneIndexFollowerTest extends IndexFollowerCases {
  @TempDir Path folder;

  @Override
  Store openStore() {
    return RocksDbStores.open(folder, RocksDbSettings.DEFAULTS);
  }

  @Override
  SearchIndex openIndex(Store store) {
    return LuceneIndex.open(folder.resolve("search"), Runnable::run);
  }
}
