package dev.parley.app.cli.transcript;

import dev.parley.app.cli.transcript.format.ImportLine;
import java.io.IOException;

/** Reads a folder of transcripts, session by session. */
interface SessionSource {
  /** Receives what was read. */
  interface Reader {
    /**
     * Receives a session, or a message of the latest session.
     *
     * @param file the name of the file
     * @param number the position in the file, starting at 1
     */
    void take(ImportLine line, String file, long number);
  }

  /**
   * Reads the whole folder.
   *
   * @throws TranscriptException if a file is not valid; everything before it was passed on
   */
  void read(Reader reader) throws IOException;
}
