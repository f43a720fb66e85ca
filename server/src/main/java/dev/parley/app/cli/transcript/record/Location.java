package dev.parley.app.cli.transcript.record;

/**
 * Where a record was read.
 *
 * @param file the path of the file below the imported folder, with slashes
 * @param line the line, starting at 1. In a file that is one JSON document: the position of the
 *     message in it, or 0 for the document itself.
 */
public record Location(String file, long line) {
  @Override
  public String toString() {
    return line == 0 ? file : file + ", line " + line;
  }
}
