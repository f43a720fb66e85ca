package dev.parley.app.cli.transcript.load;

import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.record.Location;
import org.jspecify.annotations.Nullable;

/**
 * A record to import.
 *
 * @param at where it was read
 * @param repair what was changed when it was read; null if nothing was
 */
record ImportedRecord(ImportLine line, Location at, @Nullable String repair) {

  /** This record, changed once more. */
  ImportedRecord repaired(String reason) {
    return new ImportedRecord(line, at, repair == null ? reason : repair + " " + reason);
  }
}
