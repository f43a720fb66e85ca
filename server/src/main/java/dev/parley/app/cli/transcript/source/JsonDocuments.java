package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.record.JsonLines;
import dev.parley.app.cli.transcript.record.Location;
import dev.parley.app.cli.transcript.record.PartialJson;
import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import dev.parley.app.cli.transcript.record.TextLine;
import dev.parley.app.cli.transcript.record.TextLines;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/** Reads files of JSON objects: one, an array of them, or one after another. */
final class JsonDocuments {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private JsonDocuments() {}

  /** The object in a file; null if there is none. Then the file is skipped. */
  static @Nullable ObjectNode read(SourceFile file, RecordSink sink) throws IOException {
    noteInvalidBytes(file, sink);
    try (Reader text = text(file.open())) {
      if (TranscriptJson.MAPPER.readTree(text) instanceof ObjectNode object) {
        return object;
      }
      sink.skip(file.at(0), "The file is not a JSON object.", "");
    } catch (JsonProcessingException e) {
      sink.skip(file.at(0), "The file is not valid JSON. It may be incomplete.", "");
    }
    return null;
  }

  /**
   * The object in a file. If the file is damaged, the object has the messages before the damage,
   * and the rest is skipped. Null if there is no object or, in a damaged file, no messages.
   */
  static @Nullable ObjectNode readMessages(SourceFile file, RecordSink sink) throws IOException {
    noteInvalidBytes(file, sink);
    try (Reader text = text(file.open())) {
      if (TranscriptJson.MAPPER.readTree(text) instanceof ObjectNode object) {
        return object;
      }
      sink.skip(file.at(0), "The file is not a JSON object.", "");
      return null;
    } catch (JsonProcessingException e) {
      PartialJson part = PartialJson.of(() -> text(Files.newInputStream(file.path())));
      ArrayNode messages = messages(part.value());
      if (messages == null) {
        sink.skip(file.at(0), "The file is not valid JSON. It may be incomplete.", "");
        return null;
      }
      String rest = part.removeIncomplete(messages);
      sink.skip(file.at(messages.size() + 1L), damaged(part), rest);
      return (ObjectNode) part.value();
    }
  }

  /** The messages of an object; null if it has none. */
  static @Nullable ArrayNode messages(JsonNode json) {
    return json.path("values").get("messages") instanceof ArrayNode ofState
        ? ofState
        : json.get("messages") instanceof ArrayNode own ? own : null;
  }

  private static String damaged(PartialJson part) {
    return "The file is not valid JSON from %s on. It may be incomplete.".formatted(part.where())
        + " The messages before are imported.";
  }

  /** Receives an object of a file. */
  interface Each {
    /**
     * Receives the next object.
     *
     * @param number its line or its position in the array, starting at 1
     */
    void take(ObjectNode json, long number);
  }

  /**
   * Passes on the objects of a file one by one: the elements of an array, or one object after
   * another, such as JSON Lines. A line that is not valid is skipped.
   */
  static void each(SourceFile file, RecordSink sink, Each each) throws IOException {
    each(file, sink, each, false);
  }

  /**
   * Passes on the objects of a file as {@link #each} does. A damaged object that has messages is
   * passed on with the messages before the damage, and the rest is skipped.
   */
  static void eachWithMessages(SourceFile file, RecordSink sink, Each each) throws IOException {
    each(file, sink, each, true);
  }

  private static void each(SourceFile file, RecordSink sink, Each each, boolean withParts)
      throws IOException {
    if (isJsonLines(file)) {
      JsonLines.read(
          file,
          withParts ? new PartsOfLines(sink, each) : sink,
          record -> {
            if (record.repair() != null) {
              sink.repaired(record.at(), record.repair());
            }
            each.take((ObjectNode) record.json(), record.at().line());
          });
      return;
    }
    noteInvalidBytes(file, sink);
    long number = 0;
    try (Reader text = text(file.open());
        MappingIterator<JsonNode> values =
            TranscriptJson.MAPPER.readerFor(JsonNode.class).readValues(text)) {
      while (values.hasNextValue()) {
        JsonNode value = values.nextValue();
        number++;
        if (value instanceof ObjectNode object) {
          each.take(object, number);
        } else {
          sink.skip(file.at(number), "The value is not a JSON object.", TranscriptJson.text(value));
        }
      }
    } catch (JsonProcessingException e) {
      long before = number;
      PartialJson part = PartialJson.after(() -> text(Files.newInputStream(file.path())), before);
      ArrayNode messages = withParts ? messages(part.value()) : null;
      if (messages == null) {
        sink.skip(
            file.at(before + 1),
            "The file is not valid JSON from here on. It may be incomplete.",
            "");
        return;
      }
      sink.skip(file.at(before + 1), damaged(part), part.removeIncomplete(messages));
      each.take((ObjectNode) part.value(), before + 1);
    }
  }

  /** Passes on the complete messages of lines that are not complete. */
  private record PartsOfLines(RecordSink sink, Each each) implements RecordSink {
    @Override
    public void take(ImportLine line, Location at, @Nullable String repair) {
      sink.take(line, at, repair);
    }

    @Override
    public void repaired(Location at, String reason) {
      sink.repaired(at, reason);
    }

    @Override
    public void skip(Location at, String reason, String original) {
      try {
        PartialJson part = PartialJson.of(() -> new StringReader(original));
        ArrayNode messages = messages(part.value());
        if (messages == null) {
          sink.skip(at, reason, original);
        } else {
          String rest = part.removeIncomplete(messages);
          sink.skip(at, reason + " The messages before are imported.", rest);
          each.take((ObjectNode) part.value(), at.line());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Whether the first or second line with text is a whole JSON object. */
  private static boolean isJsonLines(SourceFile file) throws IOException {
    int tried = 0;
    try (TextLines lines = new TextLines(Files.newInputStream(file.path()))) {
      for (TextLine line = lines.next(); line != null && tried < 2; line = lines.next()) {
        if (TranscriptJson.parse(line.text()) instanceof ObjectNode) {
          return true;
        }
        tried += line.text().isBlank() ? 0 : 1;
      }
    }
    return false;
  }

  /** Notes it if a file is not valid UTF-8, because the bytes are lost then. */
  static void noteInvalidBytes(SourceFile file, RecordSink sink) throws IOException {
    try (Reader strict =
        new InputStreamReader(
            Files.newInputStream(file.path()), StandardCharsets.UTF_8.newDecoder())) {
      strict.transferTo(Writer.nullWriter());
    } catch (CharacterCodingException e) {
      sink.repaired(file.at(0), "The file has bytes that are not UTF-8. They became U+FFFD.");
    }
  }

  /** The text of a file without byte order mark. Bytes that are not UTF-8 become U+FFFD. */
  static Reader text(InputStream in) throws IOException {
    Reader text = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    text.mark(1);
    if (text.read() != BYTE_ORDER_MARK) {
      text.reset();
    }
    return text;
  }
}
