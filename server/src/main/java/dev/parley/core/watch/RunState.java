package dev.parley.core.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Json;
import dev.parley.model.Run;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a run has changed for its readers, without keeping its data. A renewed lease is no
 * change.
 *
 * @param hash a hash of the report
 * @param checksum another one, so that a change of both texts and hash is not taken for none
 */
record RunState(
    Run.State state, @Nullable Instant endTime, long contextBytes, int hash, long checksum) {

  static RunState of(Run run) {
    Run.Report report = run.report();
    CRC32C checksum = new CRC32C();
    add(checksum, report.model());
    add(checksum, report.error());
    add(checksum, report.reasoning());
    add(checksum, report.usage());
    add(checksum, report.details());
    return new RunState(
        run.state(), run.endTime(), run.contextBytes(), report.hashCode(), checksum.getValue());
  }

  private static void add(CRC32C checksum, @Nullable String text) {
    checksum.update(text == null ? 0 : 1);
    if (text != null) {
      checksum.update(text.getBytes(UTF_8));
    }
  }

  private static void add(CRC32C checksum, @Nullable Json json) {
    checksum.update(json == null ? 0 : 1);
    if (json != null) {
      checksum.update(json.utf8());
    }
  }
}
