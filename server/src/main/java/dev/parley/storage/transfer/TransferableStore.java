package dev.parley.storage.transfer;

import dev.parley.storage.SessionStore;

/** A store that can be moved as a whole. */
public interface TransferableStore extends SessionStore {

  /** The way in and out, open as long as the store is. */
  StoreTransfer transfer();
}
