package dev.parley.storage;

import dev.parley.model.SessionException;
import java.io.IOException;

/** A store whose files can be copied while it is in use. */
public interface BackupSource {

  /**
   * Freezes the present state of the store, which includes all completed writes. Blocks while files
   * are linked and sessions are counted; writes continue. Close a frozen store before you freeze
   * the next.
   *
   * @throws SessionException {@code UNAVAILABLE} if the store is closed or cannot be read
   * @throws IOException if the disk fails
   */
  FrozenStore freeze() throws IOException;
}
