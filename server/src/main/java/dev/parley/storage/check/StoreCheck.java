package dev.parley.storage.check;

import dev.parley.storage.StoreCounts;

/**
 * Checks a whole store for inconsistencies: gaps in sequences, wrong counts, missing or dangling
 * index entries, orphaned rows, and unreadable records. Only reads, and reads ranges, so that
 * memory use does not depend on the size of the store.
 */
public interface StoreCheck extends AutoCloseable {

  /**
   * Runs the check. Call it once.
   *
   * @return the number of readable entities
   */
  StoreCounts run(CheckObserver observer);

  @Override
  void close();
}
