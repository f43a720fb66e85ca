package dev.parley.app.cli.transcript.output;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.record.MetadataNames;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes JSON Lines of OpenAI's chat completions: one line with {@code messages} per session. */
public final class OpenAITarget implements SessionTarget {
  private final OutputStream out;
  private @Nullable JsonGenerator json;

  /** Writes to {@code out} without closing it. */
  public OpenAITarget(OutputStream out) {
    this.out = out;
  }

  @Override
  public void begin(Session session) throws IOException {
    JsonGenerator begun = TranscriptJson.MAPPER.createGenerator(out);
    begun.writeStartObject();
    begun.writeArrayFieldStart("messages");
    json = begun;
  }

  @Override
  public void message(Session session, ChatMessage message) throws IOException {
    ObjectNode written = TranscriptJson.object();
    written.put("role", message.getRole().name().toLowerCase(Locale.ROOT));
    if (message.getContent().hasBlocks()) {
      putBlocks(written, TranscriptJson.tree(message.getContent().getBlocks()));
    } else {
      written.put("content", message.getContent().getText());
    }
    ObjectNode kept = TranscriptJson.kept(message.getMetadata(), MetadataNames.OPENAI);
    if (kept != null) {
      written.setAll(kept);
    }
    generator().writeRawValue(TranscriptJson.text(written));
  }

  /** Writes tool calls as such. Other blocks are text if all of them are, else an array. */
  private static void putBlocks(ObjectNode message, JsonNode blocks) {
    ArrayNode calls = TranscriptJson.MAPPER.createArrayNode();
    ArrayNode rest = TranscriptJson.MAPPER.createArrayNode();
    StringBuilder text = new StringBuilder();
    boolean plain = true;
    for (JsonNode block : blocks) {
      if (block.path("type").asText().equals(MetadataNames.TOOL_USE)) {
        ObjectNode call = calls.addObject();
        call.set("id", block.path("id"));
        call.put("type", "function")
            .putObject("function")
            .put("name", block.path("name").asText())
            .put("arguments", TranscriptJson.text(block.path("input")));
      } else {
        rest.add(block);
        plain &= TranscriptJson.isPlainText(block);
        text.append(text.isEmpty() ? "" : "\n").append(block.path("text").asText());
      }
    }
    if (rest.isEmpty()) {
      message.putNull("content");
    } else if (plain) {
      message.put("content", text.toString());
    } else {
      message.set("content", rest);
    }
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
  }

  @Override
  public void end(Session session) throws IOException {
    JsonGenerator end = generator();
    end.writeEndArray();
    end.writeObjectFieldStart("metadata");
    end.writeStringField("key", session.getKey());
    end.writeEndObject();
    end.writeEndObject();
    end.flush();
    out.write('\n');
    json = null;
  }

  private JsonGenerator generator() {
    if (json == null) {
      throw new IllegalStateException("begin() was not called.");
    }
    return json;
  }

  @Override
  public void finish() throws IOException {
    out.flush();
  }
}
