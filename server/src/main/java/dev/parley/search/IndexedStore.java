package dev.parley.search;

import dev.parley.storage.Store;

/** A store that keeps the search index of its messages itself. */
public interface IndexedStore extends Store {
  /**
   * Opens the index. It must be closed before the store.
   *
   * @throws SearchIndexException if the index cannot be opened
   */
  SearchIndex openIndex();
}
