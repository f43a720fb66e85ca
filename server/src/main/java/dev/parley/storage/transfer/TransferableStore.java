package dev.parley.storage.transfer;

import dev.parley.storage.Store;

/** A store that can be moved as a whole. */
public interface TransferableStore extends Store {

  /** The way in and out, open as long as the store is. */
  StoreTransfer transfer();
}
