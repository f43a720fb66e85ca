package dev.parley.app.cli.transcript;

import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.record.Location;
import dev.parley.app.cli.transcript.record.RecordSink;
import org.jspecify.annotations.Nullable;

/** Passes records on, and reports what is skipped. */
record ReportingSink(ImportReport report, Target target) implements RecordSink {
  /** Receives the records to import. */
  interface Target {
    /** Imports a record. */
    void take(ImportLine line, Location at, @Nullable String repair);
  }

  @Override
  public void take(ImportLine line, Location at, @Nullable String repair) {
    target.take(line, at, repair);
  }

  @Override
  public void repaired(Location at, String reason) {
    report.repaired(at, reason);
  }

  @Override
  public void skip(Location at, String reason, String original) {
    report.skipped(at, reason, original);
  }
}
