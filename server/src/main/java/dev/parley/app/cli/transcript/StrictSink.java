package dev.parley.app.cli.transcript;

import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.record.Location;
import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Ends an import at the first record that cannot be imported as it is. */
record StrictSink(RecordSink next) implements RecordSink {
  @Override
  public void take(ImportLine line, Location at, @Nullable String repair) {
    if (repair != null) {
      throw invalid(at, repair);
    }
    next.take(line, at, null);
  }

  @Override
  public void repaired(Location at, String reason) {
    throw invalid(at, reason);
  }

  @Override
  public void skip(Location at, String reason, String original) {
    throw invalid(at, reason);
  }

  private static ConfigException invalid(Location at, String why) {
    return new ConfigException(at + " cannot be imported: " + why);
  }
}
