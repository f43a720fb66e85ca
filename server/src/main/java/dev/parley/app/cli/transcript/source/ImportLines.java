package dev.parley.app.cli.transcript.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.json.JsonCodec;
import dev.parley.api.json.JsonCodec.Parsed;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.model.Sha256;
import java.util.HexFormat;
import java.util.List;

/** Parses the lines of an import file. */
final class ImportLines {
  private static final int ID_BYTES = 16;

  /** A line that is not valid. The message says why. */
  static final class InvalidLineException extends Exception {
    InvalidLineException(String why) {
      super(why);
    }
  }

  private ImportLines() {}

  /**
   * Parses one line.
   *
   * @param number the line number, starting at 1; part of the id of a message without one, so that
   *     equal lines are different messages
   */
  static ImportLine read(String text, long number) throws InvalidLineException {
    byte[] utf8 = text.getBytes(UTF_8);
    Parsed parsed;
    try {
      parsed = JsonCodec.parse(utf8, ImportLine.getDefaultInstance());
    } catch (SessionException e) {
      throw new InvalidLineException("it is not a valid JSON object.");
    }
    List<FieldViolation> violations = JsonCodec.violations(parsed);
    if (!violations.isEmpty()) {
      throw new InvalidLineException(
          String.valueOf(SessionException.invalid(violations).getMessage()));
    }
    ImportLine line = (ImportLine) parsed.message();
    if (kinds(line) != 1) {
      throw new InvalidLineException(
          "it must contain exactly one of session, message, run, retrievedContext and archived.");
    }
    if (line.hasSession() && line.getSession().getKey().isEmpty()) {
      throw new InvalidLineException("session.key must be set");
    }
    if (!line.hasSession() && line.getKey().isEmpty()) {
      throw new InvalidLineException("key must be set");
    }
    if (line.hasRun() && line.getRun().getRunId().isEmpty()) {
      throw new InvalidLineException("run.runId must be set");
    }
    if (line.hasRetrievedContext() && line.getRetrievedContext().getRunId().isEmpty()) {
      throw new InvalidLineException("retrievedContext.runId must be set");
    }
    return line.hasMessage() && line.getMessage().getMessageId().isEmpty()
        ? withId(line, utf8, number)
        : line;
  }

  private static int kinds(ImportLine line) {
    return (line.hasSession() ? 1 : 0)
        + (line.hasMessage() ? 1 : 0)
        + (line.hasRun() ? 1 : 0)
        + (line.hasRetrievedContext() ? 1 : 0)
        + (line.getArchived() ? 1 : 0);
  }

  private static ImportLine withId(ImportLine line, byte[] utf8, long number) {
    byte[] hash = Sha256.of(utf8).bytes();
    String id = "import-" + number + "-" + HexFormat.of().formatHex(hash, 0, ID_BYTES);
    return line.toBuilder().setMessage(line.getMessage().toBuilder().setMessageId(id)).build();
  }
}
