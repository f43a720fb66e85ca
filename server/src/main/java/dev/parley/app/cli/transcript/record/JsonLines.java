package dev.parley.app.cli.transcript.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON Lines that may be damaged. A line that is not a JSON object is skipped. If a record
 * was appended to an incomplete one on the same line, as after a crash, the second one is read.
 */
public final class JsonLines {
  private static final String START = "{\"";
  private static final int STARTS_MAX = 1_000;

  private final SourceFile file;
  private final RecordSink sink;
  private final Consumer<RawRecord> records;

  private JsonLines(SourceFile file, RecordSink sink, Consumer<RawRecord> records) {
    this.file = file;
    this.sink = sink;
    this.records = records;
  }

  /** Passes the objects of a file to {@code records}, and skips the other lines. */
  public static void read(SourceFile file, RecordSink sink, Consumer<RawRecord> records)
      throws IOException {
    JsonLines lines = new JsonLines(file, sink, records);
    try (TextLines text = new TextLines(file.open())) {
      for (TextLine line = text.next(); line != null; line = text.next()) {
        lines.read(line);
      }
    }
  }

  private void read(TextLine line) {
    Location at = file.at(line.number());
    String text = line.text();
    if (line.tooLong()) {
      sink.skip(at, "The line has more than " + TextLines.LINE_BYTES_MAX + " bytes.", text);
    } else if (!text.isBlank() && !take(line, text, null) && !takeEnd(line)) {
      sink.skip(at, reason(line), text);
    }
  }

  private static String reason(TextLine line) {
    if (TranscriptJson.parse(line.text()) != null) {
      return "The line is not a JSON object.";
    }
    return line.ended()
        ? "The line is not valid JSON."
        : "The line is not complete: the file ends in the middle of it.";
  }

  private boolean take(TextLine line, String text, @Nullable String repair) {
    JsonNode json = TranscriptJson.parse(text);
    if (json == null || !json.isObject()) {
      return false;
    }
    String why = line.bytes() == null ? repair : "The line has bytes that are not UTF-8.";
    records.accept(new RawRecord(json, text, line.bytes(), file.at(line.number()), why));
    return true;
  }

  /** Takes the object at the end of a line that begins with something else. */
  private boolean takeEnd(TextLine line) {
    String text = line.text();
    int start = text.indexOf(START, 1);
    for (int i = 0; start > 0 && i < STARTS_MAX; i++) {
      String rest = text.substring(start);
      if (isObject(rest)) {
        String before = text.substring(0, start);
        if (!take(line, before, null)) {
          sink.skip(file.at(line.number()), "The line begins with an incomplete record.", before);
        }
        return take(line, rest, null);
      }
      start = text.indexOf(START, start + 1);
    }
    return false;
  }

  private static boolean isObject(String text) {
    JsonNode json = TranscriptJson.parse(text);
    return json != null && json.isObject();
  }
}
