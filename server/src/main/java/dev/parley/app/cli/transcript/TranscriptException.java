package dev.parley.app.cli.transcript;

/** A file that is not what its format says. The message is one line that names the file. */
final class TranscriptException extends RuntimeException {
  TranscriptException(String message) {
    super(message);
  }
}
