package dev.parley.storage.transfer;

import dev.parley.storage.Store;

/** A store whose contents can be copied as a whole. */
public interface TransferableStore extends Store {

  /** The interface for copying. It stays usable until the store is closed. */
  StoreTransfer transfer();
}
