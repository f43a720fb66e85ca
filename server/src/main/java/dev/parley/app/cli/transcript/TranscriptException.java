package dev.parley.app.cli.transcript;

/** A file that does not have the expected format. The message is one line that names the file. */
final class TranscriptException extends RuntimeException {
  TranscriptException(String message) {
    super(message);
  }
}
