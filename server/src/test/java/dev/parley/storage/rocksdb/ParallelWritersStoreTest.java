package dev.parley.storage.rocksdb;

import dev.parley.storage.OrderedStoreContract;
import dev.parley.storage.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;

/** Several threads that write keep all promises of a store. */
class ParallelWritersStoreTest extends OrderedStoreContract {
  private static final RocksDbSettings FOUR_WRITERS =
      new RocksDbSettings(128 << 20, 2, 4, 4_096, 4_096, 64 << 20);

  @TempDir static Path places;

  @Override
  protected Supplier<Store> newPlace() {
    try {
      Path folder = Files.createTempDirectory(places, "store");
      return () -> RocksDbStores.open(folder, FOUR_WRITERS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
