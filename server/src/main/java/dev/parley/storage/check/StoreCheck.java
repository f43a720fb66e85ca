package dev.parley.storage.check;

import dev.parley.storage.StoreCounts;

/**
 * Looks through a whole store for what must not be: gaps in sequences, counts that do not fit, ways
 * that lead nowhere or are missing, rows that belong to nothing, records that cannot be read. Reads
 * only, in ranges, so that memory does not grow with the store.
 */
public interface StoreCheck extends AutoCloseable {

  /**
   * Checks all of it. To be called once.
   *
   * @return how much there is, as far as it can be read
   */
  StoreCounts run(CheckObserver observer);

  @Override
  void close();
}
