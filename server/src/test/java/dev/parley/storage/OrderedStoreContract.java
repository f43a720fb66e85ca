package dev.parley.storage;

import org.junit.jupiter.api.Nested;

/** The suite that a store passes whose writes all wait in one line. */
public abstract class OrderedStoreContract extends StoreContract {

  @Nested
  class Order extends OrderCases {
    @Override
    Store store() {
      return shared;
    }
  }
}
