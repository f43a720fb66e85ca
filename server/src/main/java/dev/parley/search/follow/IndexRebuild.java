package dev.parley.search.follow;

import dev.parley.search.SearchIndex;
import dev.parley.storage.Store;
import java.time.Clock;

/** Builds an index from a store, from the beginning. */
public final class IndexRebuild {
  private IndexRebuild() {}

  /**
   * Removes everything from the index, and adds the messages of the store. Blocks until done.
   *
   * @return the number of sessions in the store
   */
  public static long run(Store store, SearchIndex index, Clock clock) {
    index.clear();
    ChangeQueue noChanges = new ChangeQueue();
    IndexUpdater updater = new IndexUpdater(new StoreReader(store), index, clock);
    updater.reconcile();
    do {
      updater.update(noChanges);
    } while (!updater.isUpToDate());
    store.changeNumber().ifPresent(index::markComplete);
    return updater.comparedSessions();
  }
}
