package dev.parley.storage.transfer;

import dev.parley.model.Json;
import dev.parley.model.Run;
import java.util.List;

/**
 * A run with its retrieved context.
 *
 * @param run the run
 * @param context the items of the retrieved context; empty if there is none
 */
public record StoredRun(Run run, List<Json> context) {

  /** The size in bytes. */
  public long bytes() {
    return run.bytes() + run.contextBytes();
  }
}
