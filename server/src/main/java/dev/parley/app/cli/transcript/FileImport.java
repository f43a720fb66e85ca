package dev.parley.app.cli.transcript;

import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import dev.parley.app.cli.transcript.source.FileHead;
import dev.parley.app.cli.transcript.source.SessionSource;
import dev.parley.app.cli.transcript.source.SourceFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the files of an import, each in its format. */
final class FileImport {
  private final Map<SourceFormat, SessionSource> sources = new EnumMap<>(SourceFormat.class);
  private final RecordSink sink;
  private final RecordSink uniqueKeys;
  private final ImportReport report;
  private final boolean isFolder;

  /**
   * Creates the readers.
   *
   * @param isFolder whether the files are those of a folder
   * @param forced the format of all files; null to detect the format of each
   */
  FileImport(
      boolean isFolder, @Nullable SourceFormat forced, RecordSink sink, ImportReport report) {
    for (SourceFormat format : SourceFormat.values()) {
      if (forced == null || forced == format) {
        sources.put(format, format.source());
      }
    }
    this.isFolder = isFolder;
    this.sink = sink;
    uniqueKeys = new UniqueKeys(sink);
    this.report = report;
  }

  /** Reads files. A file that cannot be read is skipped. */
  void read(List<SourceFile> files) {
    for (SourceFile file : files) {
      try {
        read(file);
      } catch (IOException e) {
        sink.skip(file.at(0), "The file cannot be read: " + e.getMessage(), "");
      }
    }
  }

  private void read(SourceFile file) throws IOException {
    if (isFolder && (file.baseName().startsWith(".") || file.baseName().endsWith(".lock"))) {
      report.ignored(file.at(0), "Hidden files and lock files are not read.");
      return;
    }
    if (Files.size(file.path()) == 0) {
      report.ignored(file.at(0), "The file is empty.");
      return;
    }
    SourceFormat format = format(file);
    if (format == null) {
      sink.skip(file.at(0), "The format of the file is not known.", "");
      return;
    }
    report.file(file.name(), format.toString());
    Objects.requireNonNull(sources.get(format))
        .read(file, format == SourceFormat.JSONL ? sink : uniqueKeys);
  }

  /** A single file is read in the given format, even if it does not look like it. */
  private @Nullable SourceFormat format(SourceFile file) throws IOException {
    if (sources.size() == 1 && !isFolder) {
      return sources.keySet().iterator().next();
    }
    FileHead head = FileHead.of(file);
    for (Map.Entry<SourceFormat, SessionSource> source : sources.entrySet()) {
      if (source.getValue().recognizes(head)) {
        return source.getKey();
      }
    }
    return null;
  }
}
