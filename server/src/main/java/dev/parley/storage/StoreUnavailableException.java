package dev.parley.storage;

import org.jspecify.annotations.Nullable;

/** A store cannot be opened. The message is one line for the operator. */
public class StoreUnavailableException extends RuntimeException {
  public StoreUnavailableException(String message) {
    super(message);
  }

  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
