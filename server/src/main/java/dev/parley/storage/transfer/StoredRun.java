package dev.parley.storage.transfer;

import dev.parley.model.Json;
import dev.parley.model.Run;
import java.util.List;

/**
 * A run with what it retrieved.
 *
 * @param run the run
 * @param context the items that it retrieved, none if none were put to it
 */
public record StoredRun(Run run, List<Json> context) {

  /** How much it takes, in bytes. */
  public long bytes() {
    return run.bytes() + run.contextBytes();
  }
}
