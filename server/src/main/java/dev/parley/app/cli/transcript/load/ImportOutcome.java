package dev.parley.app.cli.transcript.load;

import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.record.Location;
import org.jspecify.annotations.Nullable;

/** Receives what became of each record. */
public interface ImportOutcome {
  /**
   * A record that is in the store, from this import or an earlier one.
   *
   * @param repair what was changed; null if nothing was
   */
  void imported(ImportLine line, Location at, @Nullable String repair);

  /**
   * A record that was not stored.
   *
   * @param original the record
   */
  void skipped(Location at, String reason, String original);
}
