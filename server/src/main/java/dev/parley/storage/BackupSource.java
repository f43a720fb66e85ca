package dev.parley.storage;

import dev.parley.model.SessionException;
import java.io.IOException;

/** A store whose files can be copied while it is written to. */
public interface BackupSource {

  /**
   * Freezes what was answered as written so far. Blocks while files are linked and sessions are
   * counted; writes go on. One at a time: the one before is closed first.
   *
   * @throws SessionException {@code UNAVAILABLE} if the store is closed or cannot be read
   * @throws IOException if the disk refuses
   */
  FrozenStore freeze() throws IOException;
}
