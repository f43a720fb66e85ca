package dev.parley.app.transcript;

/** A file that is not what its format says. The message is one line that names the file. */
public final class TranscriptException extends RuntimeException {
  TranscriptException(String message) {
    super(message);
  }
}
