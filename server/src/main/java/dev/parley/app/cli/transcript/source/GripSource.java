package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.record.ForeignContent;
import dev.parley.app.cli.transcript.record.ForeignMessage;
import dev.parley.app.cli.transcript.record.ForeignSession;
import dev.parley.app.cli.transcript.record.MetadataNames;
import dev.parley.app.cli.transcript.record.RawRecord;
import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import dev.parley.app.cli.transcript.record.Times;
import dev.parley.proto.v1.ChatMessage;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Reads session files of grip. Each file holds one session and is read into memory. Tool calls
 * become content blocks. Other members, such as {@code tool_call_id} and the summary, go into the
 * metadata. Messages get ids that are derived from their position and text.
 */
final class GripSource implements SessionSource {
  private static final Map<String, ChatMessage.Role> ROLES =
      Map.of(
          "user", ChatMessage.Role.USER,
          "assistant", ChatMessage.Role.ASSISTANT,
          "system", ChatMessage.Role.SYSTEM,
          "developer", ChatMessage.Role.DEVELOPER,
          "tool", ChatMessage.Role.TOOL);

  @Override
  public boolean recognizes(FileHead head) {
    return head.any(
        record ->
            record.has("key")
                && record.has("messages")
                && (record.has("created_at")
                    || record.has("summary")
                    || record.has("updated_at")
                    || record.has("messages.role"))
                && !record.has("metadata"));
  }

  @Override
  public void read(SourceFile file, RecordSink sink) throws IOException {
    JsonNode session = JsonDocuments.readMessages(file, sink);
    if (session == null) {
      return;
    }
    JsonNode key = session.path("key");
    JsonNode messages = session.path("messages");
    if (!key.isTextual() || key.textValue().isEmpty() || !messages.isArray()) {
      sink.skip(file.at(0), "The file has no key or no messages.", "");
      return;
    }
    ForeignSession imported = new ForeignSession(key.textValue());
    ObjectNode rest = session.deepCopy();
    rest.remove(List.of("key", "messages", "created_at", "updated_at"));
    if (rest.path("summary").isNull()) {
      rest.remove("summary");
    }
    imported
        .times(Times.of(session.get("created_at")), Times.of(session.get("updated_at")))
        .keep(MetadataNames.GRIP, rest)
        .sendTo(sink, file.at(0), null);
    long number = 0;
    for (JsonNode message : messages) {
      number++;
      RawRecord record = RawRecord.of(message, file.at(number));
      if (message instanceof ObjectNode object) {
        message(record, object).sendTo(sink, imported.key());
      } else {
        sink.skip(record.at(), "The message is not a JSON object.", record.text());
      }
    }
  }

  private static ForeignMessage message(RawRecord record, ObjectNode json) {
    ForeignMessage message =
        new ForeignMessage(record)
            .id(null, "grip")
            .role(json.get("role"), ROLES)
            .time(Times.of(json.get("timestamp")));
    ObjectNode rest = json.deepCopy();
    rest.remove(List.of("role", "content"));
    if (ToolCalls.areIn(json.get("tool_calls"))) {
      rest.remove("tool_calls");
      message.content(
          ToolCalls.append(
              json.get("content"), json.get("tool_calls"), "function_name", "arguments"));
    } else {
      message.content(ForeignContent.of(json.get("content")));
    }
    return message.keep(MetadataNames.GRIP, rest);
  }
}
