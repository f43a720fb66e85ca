package dev.parley.app.cli.transcript.record;

import dev.parley.app.cli.transcript.format.ImportLine;
import org.jspecify.annotations.Nullable;

/** Receives what a source reads. */
public interface RecordSink {
  /**
   * Receives a record to import. The session of a message comes before the message.
   *
   * @param repair what was changed so that the record can be stored; null if nothing was
   */
  void take(ImportLine line, Location at, @Nullable String repair);

  /** Notes a change of a file that concerns no single record. */
  void repaired(Location at, String reason);

  /**
   * Receives a record that cannot be imported.
   *
   * @param original the record as it was read; empty for a whole file
   */
  void skip(Location at, String reason, String original);
}
