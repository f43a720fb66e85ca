package dev.parley.app.cli.transcript;

import dev.parley.app.cli.transcript.format.ImportLine;
import java.io.IOException;

/** Reads a folder of transcripts, one session after the other. */
interface SessionSource {
  /** Takes what was read. */
  interface Reader {
    /**
     * Takes a session, or a message of the last one.
     *
     * @param file the name of its file
     * @param number its number in the file, from 1
     */
    void take(ImportLine line, String file, long number);
  }

  /**
   * Reads all of it.
   *
   * @throws TranscriptException if a file is not what it should be; what came before was taken
   */
  void read(Reader reader) throws IOException;
}
