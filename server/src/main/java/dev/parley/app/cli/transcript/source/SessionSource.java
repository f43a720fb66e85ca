package dev.parley.app.cli.transcript.source;

import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import java.io.IOException;

/** Reads the files of one format. */
public interface SessionSource {
  /** Whether the beginning of a file looks like this format. */
  boolean recognizes(FileHead head);

  /**
   * Reads a whole file. What cannot be read is passed to {@link RecordSink#skip}.
   *
   * @throws IOException if the file cannot be read from the disk
   */
  void read(SourceFile file, RecordSink sink) throws IOException;
}
