package dev.parley.testing.memory;

import dev.parley.storage.OrderedStoreContract;
import dev.parley.storage.Store;
import java.util.function.Supplier;

class InMemoryStoreTest extends OrderedStoreContract {
  @Override
  protected Supplier<Store> newPlace() {
    InMemoryData data = new InMemoryData();
    return () -> new InMemoryStore(data);
  }
}
