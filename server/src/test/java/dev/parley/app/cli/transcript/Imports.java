package dev.parley.app.cli.transcript;

import dev.parley.app.cli.transcript.load.ImportCounts;
import dev.parley.app.cli.transcript.load.Importer;
import dev.parley.app.cli.transcript.source.SourceFolder;
import dev.parley.app.cli.transcript.source.SourceFormat;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Imports files into a server, as {@code parley import} does. */
final class Imports {
  private Imports() {}

  /**
   * Imports a file or folder.
   *
   * @param format the format; null to detect it
   * @param report the file to write the report to; null for none
   */
  static ImportCounts load(
      ServerFixture server,
      UUID agent,
      Path from,
      @Nullable SourceFormat format,
      @Nullable Path report)
      throws IOException {
    try (ImportReport outcome = ImportReport.to(report)) {
      Importer importer =
          new Importer(
              server.channel(server.rootKey()), agent.toString(), "the server", false, outcome);
      new FileImport(
              Files.isDirectory(from), format, new ReportingSink(outcome, importer::add), outcome)
          .read(SourceFolder.list(from, bytes -> {}));
      importer.flush();
      outcome.finish();
      return importer.counts();
    }
  }
}
