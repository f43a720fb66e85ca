package dev.parley.storage.rocksdb.repair;

import dev.parley.storage.rocksdb.recovery.LogFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Finds changes that are missing between those that can be read from the logs. */
final class LogGaps {
  private final Loss.Receiver losses;
  private long expected;

  private LogGaps(Loss.Receiver losses) {
    this.losses = losses;
  }

  /**
   * Reports gaps in the logs, oldest log first, and at their end.
   *
   * @param committed the number of the last acknowledged change; 0 if it is unknown
   * @param inTables the number of the newest change in a table
   */
  static void report(List<Path> logs, long committed, long inTables, Loss.Receiver losses)
      throws IOException {
    LogGaps gaps = new LogGaps(losses);
    for (Path log : logs) {
      String file = DamagedDatabase.FOLDER + "/" + OriginalFiles.nameOf(log);
      LogFile.read(log, (first, last) -> gaps.batch(first, last, file));
    }
    long last = Math.max(gaps.expected - 1, inTables);
    if (committed > last) {
      losses.lost(
          Loss.ofChanges(
              last + 1,
              committed,
              null,
              "The last acknowledged changes are neither in a log nor in a table."));
    }
  }

  private void batch(long first, long last, String file) {
    if (expected > 0 && first > expected) {
      losses.lost(
          Loss.ofChanges(
              expected,
              first - 1,
              file,
              "Changes are missing from this log, or from one before it. Those that are in a table"
                  + " are not lost."));
    }
    expected = Math.max(expected, last + 1);
  }
}
