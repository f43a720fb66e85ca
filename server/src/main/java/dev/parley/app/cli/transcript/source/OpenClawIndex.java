package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code sessions.json} of OpenClaw: session keys and data of the transcripts beside it.
 */
final class OpenClawIndex {
  static final String NAME = "sessions.json";

  private final Map<String, Entry> byFile = new LinkedHashMap<>();

  /** An entry of the index. */
  record Entry(String key, ObjectNode json) {}

  private OpenClawIndex() {}

  /** The index in a folder; empty if there is none or if it cannot be read. */
  static OpenClawIndex of(Path folder) {
    OpenClawIndex index = new OpenClawIndex();
    Path file = folder.resolve(NAME);
    if (Files.isRegularFile(file)) {
      try (Reader text = JsonDocuments.text(Files.newInputStream(file))) {
        if (TranscriptJson.MAPPER.readTree(text) instanceof ObjectNode entries) {
          index.add(entries);
        }
      } catch (IOException e) {
        // The index is a file of the folder, too, and is reported when it is read as such.
      }
    }
    return index;
  }

  private void add(ObjectNode entries) {
    for (Map.Entry<String, JsonNode> entry : entries.properties()) {
      if (entry.getValue() instanceof ObjectNode json) {
        byFile.putIfAbsent(fileName(json), new Entry(entry.getKey(), json));
      }
    }
  }

  /** Whether the index lists nothing. */
  boolean isEmpty() {
    return byFile.isEmpty();
  }

  /** The entry of a transcript; null if the index does not list it. */
  @Nullable Entry of(String fileName) {
    return byFile.get(fileName);
  }

  /** Skips the entries without a transcript of their own. */
  static void read(SourceFile file, RecordSink sink) throws IOException {
    ObjectNode entries = JsonDocuments.read(file, sink);
    if (entries == null) {
      return;
    }
    OpenClawIndex index = new OpenClawIndex();
    index.add(entries);
    for (Map.Entry<String, JsonNode> entry : entries.properties()) {
      String original =
          TranscriptJson.text(TranscriptJson.object().set(entry.getKey(), entry.getValue()));
      String key = entry.getKey();
      if (!(entry.getValue() instanceof ObjectNode json)) {
        sink.skip(file.at(0), "The entry " + key + " is not a JSON object.", original);
        continue;
      }
      String name = fileName(json);
      Entry listed = index.of(name);
      if (listed == null || !listed.key().equals(key)) {
        sink.skip(file.at(0), "The entry " + key + " has the transcript of another one.", original);
      } else if (name.isEmpty() || !Files.isRegularFile(file.path().resolveSibling(name))) {
        sink.skip(
            file.at(0), "The transcript " + name + " of " + key + " does not exist.", original);
      }
    }
  }

  /**
   * The name of a transcript. The index contains a full path, also of Windows, but the file is in
   * the same folder as the index.
   */
  private static String fileName(ObjectNode entry) {
    JsonNode file = entry.path("sessionFile");
    String path =
        file.isTextual() && !file.textValue().isBlank()
            ? file.textValue()
            : entry.path("sessionId").asText() + ".jsonl";
    String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    return name.replace("\0", "");
  }
}
