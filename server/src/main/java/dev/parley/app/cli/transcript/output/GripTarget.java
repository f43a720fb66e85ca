package dev.parley.app.cli.transcript.output;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import dev.parley.app.cli.backup.PartialFile;
import dev.parley.app.cli.transcript.record.MetadataNames;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Session;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes session files of grip: one JSON object per session, in a file that is named after the key.
 * If two keys give the same file name, a number is appended. The file contains the real key.
 */
public final class GripTarget implements SessionTarget {

  private final Path folder;
  private final boolean force;
  private final Set<String> names = new HashSet<>();
  private @Nullable PartialFile file;
  private @Nullable JsonGenerator json;

  /**
   * Writes into an existing folder.
   *
   * @param force whether existing files may be replaced
   */
  public GripTarget(Path folder, boolean force) {
    this.folder = folder;
    this.force = force;
  }

  @Override
  public void begin(Session session) throws IOException {
    file = PartialFile.begin(folder.resolve(name(session.getKey())), force);
    JsonGenerator begun = TranscriptJson.MAPPER.createGenerator(file.out());
    begun.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    begun.writeStartObject();
    begun.writeStringField("key", session.getKey());
    begun.writeArrayFieldStart("messages");
    json = begun;
  }

  /** A name that is unique even if the file system ignores case. */
  private String name(String key) {
    String plain = key.replaceAll("[^\\w\\-.]", "_");
    String name = plain;
    for (int i = 2; !names.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = plain + "-" + i;
    }
    return name + ".json";
  }

  @Override
  public void message(Session session, ChatMessage message) throws IOException {
    ObjectNode messageJson = TranscriptJson.object();
    messageJson.put("role", message.getRole().name().toLowerCase(Locale.ROOT));
    if (message.getContent().hasText()) {
      messageJson.put("content", message.getContent().getText());
    } else {
      putBlocks(messageJson, TranscriptJson.tree(message.getContent().getBlocks()));
    }
    ObjectNode kept = TranscriptJson.kept(message.getMetadata(), MetadataNames.GRIP);
    if (kept != null) {
      messageJson.setAll(kept);
    }
    generator().writeRawValue(TranscriptJson.text(messageJson));
  }

  /** Maps text and tool calls. Other blocks are written as text that contains their JSON. */
  private static void putBlocks(ObjectNode messageJson, JsonNode blocks) {
    StringBuilder text = new StringBuilder();
    ArrayNode calls = TranscriptJson.MAPPER.createArrayNode();
    for (JsonNode block : blocks) {
      if (TranscriptJson.isPlainText(block)) {
        text.append(text.isEmpty() ? "" : "\n").append(block.get("text").asText());
      } else if (block.path("type").asText().equals(MetadataNames.TOOL_USE)) {
        ObjectNode call = calls.addObject();
        call.set("id", block.path("id"));
        call.set("function_name", block.path("name"));
        call.set("arguments", block.path("input"));
      } else {
        text.append(text.isEmpty() ? "" : "\n").append(block);
      }
    }
    messageJson.put("content", text.toString());
    if (!calls.isEmpty()) {
      messageJson.set("tool_calls", calls);
    }
  }

  @Override
  public void end(Session session) throws IOException {
    PartialFile whole = file;
    if (whole == null) {
      throw new IllegalStateException("begin() was not called.");
    }
    JsonGenerator end = generator();
    end.writeEndArray();
    ObjectNode kept = TranscriptJson.kept(session.getMetadata(), MetadataNames.GRIP);
    end.writeFieldName("summary");
    JsonNode summary = kept == null ? null : kept.get("summary");
    end.writeRawValue(summary == null ? "null" : TranscriptJson.text(summary));
    end.writeNumberField("created_at", seconds(session.getCreateTime()));
    end.writeNumberField("updated_at", seconds(session.getUpdateTime()));
    end.writeEndObject();
    end.close();
    whole.sync();
    whole.publish();
    whole.close();
    file = null;
  }

  private static BigDecimal seconds(Timestamp time) {
    return BigDecimal.valueOf(time.getSeconds())
        .add(BigDecimal.valueOf(time.getNanos() / 1_000, 6));
  }

  private JsonGenerator generator() {
    if (json == null) {
      throw new IllegalStateException("begin() was not called.");
    }
    return json;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
