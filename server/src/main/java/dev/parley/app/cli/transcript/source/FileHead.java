package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.api.json.JsonText;
import dev.parley.app.cli.transcript.record.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The beginning of a file, by which its format is recognized. */
public final class FileHead {
  private static final int BYTES = 1 << 20;
  private static final int RECORDS = 20;
  private static final int DEPTH_MAX = 4;

  private final String baseName;
  private final List<Outline> records;

  /**
   * The members of a record, by their path. Names are joined by dots, without array indexes. The
   * first value of a path counts.
   *
   * @param members the text of a string; else an empty text
   */
  public record Outline(Map<String, String> members) {
    /** Whether the record has this member. */
    public boolean has(String path) {
      return members.containsKey(path);
    }

    /** The text of a member; an empty text if it is absent or not a string. */
    public String text(String path) {
      return members.getOrDefault(path, "");
    }
  }

  private FileHead(String baseName, List<Outline> records) {
    this.baseName = baseName;
    this.records = records;
  }

  /** Reads the beginning of a file. */
  public static FileHead of(SourceFile file) throws IOException {
    String text;
    try (InputStream in = Files.newInputStream(file.path())) {
      text = new String(in.readNBytes(BYTES), StandardCharsets.UTF_8);
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    List<Outline> records = new ArrayList<>();
    for (String line : (Iterable<String>) text.lines().limit(RECORDS)::iterator) {
      if (line.stripLeading().startsWith("{")) {
        records.add(outline(line));
      }
    }
    // A document, which can have line ends anywhere.
    records.add(outline(text));
    return new FileHead(file.baseName(), records);
  }

  /** The name of the file without folders. */
  String baseName() {
    return baseName;
  }

  /** Whether a record of the beginning matches. */
  boolean any(Predicate<Outline> test) {
    return records.stream().anyMatch(test);
  }

  /** Reads the first value, as far as it is valid JSON. */
  private static Outline outline(String text) {
    Map<String, String> members = new HashMap<>();
    try (JsonParser parser = JsonText.FACTORY.createParser(text)) {
      JsonToken token = parser.nextToken();
      while (token != null && !(token.isStructEnd() && parser.getParsingContext().inRoot())) {
        if (token == JsonToken.FIELD_NAME && depth(parser) <= DEPTH_MAX) {
          String path = path(parser.getParsingContext());
          boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
          members.putIfAbsent(path, isText ? parser.getText() : "");
        }
        token = parser.nextToken();
      }
    } catch (IOException e) {
      // The end of the beginning, or of what is valid.
    }
    return new Outline(members);
  }

  private static int depth(JsonParser parser) {
    int depth = 0;
    for (JsonStreamContext c = parser.getParsingContext(); c != null; c = c.getParent()) {
      depth += c.inObject() ? 1 : 0;
    }
    return depth;
  }

  private static String path(JsonStreamContext context) {
    String path = "";
    for (JsonStreamContext c = context; c != null; c = c.getParent()) {
      if (c.inObject() && c.getCurrentName() != null) {
        path = path.isEmpty() ? c.getCurrentName() : c.getCurrentName() + "." + path;
      }
    }
    return path;
  }
}
