package dev.parley.storage;

import org.junit.jupiter.api.Nested;

/** The contract suite for stores that run all writes of an agent in one sequence. */
public abstract class OrderedStoreContract extends StoreContract {

  @Nested
  class Order extends OrderCases {
    @Override
    Store store() {
      return shared;
    }
  }
}
