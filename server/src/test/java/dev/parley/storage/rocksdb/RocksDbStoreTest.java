package dev.parley.storage.rocksdb;

import dev.parley.storage.OrderedStoreContract;
import dev.parley.storage.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;

class RocksDbStoreTest extends OrderedStoreContract {
  @TempDir static Path places;

  @Override
  protected Supplier<Store> newPlace() {
    try {
      Path folder = Files.createTempDirectory(places, "store");
      return () -> RocksDbStores.open(folder, RocksDbSettings.DEFAULTS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
