package dev.parley.app.cli.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.load.ImportOutcome;
import dev.parley.app.cli.transcript.record.Location;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the files and records of an import. The report file has a line of JSON for each
 * record that was repaired or skipped, and one for each file at the end. The summary on the
 * terminal has the files and the first of these records.
 */
final class ImportReport implements ImportOutcome, Closeable {
  private static final int SHOWN_MAX = 20;

  private final @Nullable BufferedWriter out;
  private final Map<String, Counts> files = new LinkedHashMap<>();
  private final List<String> shown = new ArrayList<>();
  private long changed;
  private long skipped;

  /** What became of a file. */
  private static final class Counts {
    private String format = "-";
    private long sessions;
    private long messages;
    private long runs;
    private long repaired;
    private long skipped;
  }

  private ImportReport(@Nullable BufferedWriter out) {
    this.out = out;
  }

  /**
   * Begins a report.
   *
   * @param file the file to write, which is replaced if it exists; null for none
   */
  static ImportReport to(@Nullable Path file) throws IOException {
    return new ImportReport(file == null ? null : Files.newBufferedWriter(file, UTF_8));
  }

  /** Begins a file. */
  void file(String name, String format) {
    of(name).format = format;
  }

  private Counts of(String file) {
    return files.computeIfAbsent(file, name -> new Counts());
  }

  /** Whether a record or a file was skipped. */
  boolean hasSkipped() {
    return skipped > 0;
  }

  @Override
  public void imported(ImportLine line, Location at, @Nullable String repair) {
    Counts counts = of(at.file());
    counts.sessions += line.hasSession() ? 1 : 0;
    counts.messages += line.hasMessage() ? 1 : 0;
    counts.runs += line.hasRun() ? 1 : 0;
    if (repair != null) {
      repaired(at, repair);
    }
  }

  /** A change of a file or of a record that is imported. */
  void repaired(Location at, String reason) {
    of(at.file()).repaired++;
    write(at, "repaired", reason, "");
  }

  @Override
  public void skipped(Location at, String reason, String original) {
    of(at.file()).skipped++;
    skipped++;
    write(at, "skipped", reason, original);
  }

  /** A file that contains no conversations. It does not count as skipped. */
  void ignored(Location at, String reason) {
    of(at.file());
    write(at, "ignored", reason, "");
  }

  private void write(Location at, String outcome, String reason, String original) {
    changed++;
    if (shown.size() < SHOWN_MAX) {
      shown.add(at + ": " + outcome + ": " + reason);
    }
    ObjectNode line = TranscriptJson.object().put("file", at.file());
    if (at.line() > 0) {
      line.put("line", at.line());
    }
    line.put("outcome", outcome).put("reason", reason);
    if (!original.isEmpty()) {
      line.put("original", original);
    }
    write(line);
  }

  private void write(ObjectNode line) {
    if (out == null) {
      return;
    }
    try {
      out.write(TranscriptJson.text(line));
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("The report cannot be written.", e);
    }
  }

  /** Prints the summary and completes the report file. */
  void finish() {
    RowPrinter rows =
        RowPrinter.toStandardOutput(
            "FILE", "FORMAT", "SESSIONS", "MESSAGES", "RUNS", "REPAIRED", "SKIPPED");
    files.forEach(
        (file, counts) -> {
          rows.add(
              file,
              counts.format,
              Long.toString(counts.sessions),
              Long.toString(counts.messages),
              Long.toString(counts.runs),
              Long.toString(counts.repaired),
              Long.toString(counts.skipped));
          write(
              TranscriptJson.object()
                  .put("file", file)
                  .put("format", counts.format)
                  .put("sessions", counts.sessions)
                  .put("messages", counts.messages)
                  .put("runs", counts.runs)
                  .put("repaired", counts.repaired)
                  .put("skipped", counts.skipped));
        });
    rows.flush();
    shown.forEach(line -> System.err.println(RowPrinter.escaped(line)));
    if (changed > shown.size()) {
      System.err.printf(
          "%d more. Use --report FILE to write all of them to a file.%n", changed - shown.size());
    }
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
    }
  }
}
