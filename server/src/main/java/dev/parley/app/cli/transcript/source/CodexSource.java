package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.conversation.LinearTranscript;
import dev.parley.app.cli.transcript.record.ForeignContent;
import dev.parley.app.cli.transcript.record.ForeignMessage;
import dev.parley.app.cli.transcript.record.JsonLines;
import dev.parley.app.cli.transcript.record.RawRecord;
import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import dev.parley.app.cli.transcript.record.Times;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.proto.v1.ChatMessage;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Reads rollouts of Codex: {@code session_meta}, and the items of the conversation in {@code
 * response_item}. Older rollouts have the items themselves as lines. Items that are not messages,
 * such as calls of functions, become blocks. Their results get the role {@code TOOL}.
 */
final class CodexSource implements SessionSource {
  private static final String FORMAT = "codex";
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
            (record.has("payload")
                    && record.text("type").matches("session_meta|response_item|turn_context"))
                || (record.text("type").equals("event_msg") && record.has("payload.type"))
                || record.has("record_type")
                || (record.has("id") && record.has("instructions") && record.has("timestamp")));
  }

  @Override
  public void read(SourceFile file, RecordSink sink) throws IOException {
    LinearTranscript transcript = new LinearTranscript(FORMAT);
    JsonLines.read(file, sink, record -> add(record, transcript));
    transcript.sendTo(sink, file, file.stem());
  }

  private static void add(RawRecord record, LinearTranscript transcript) {
    JsonNode json = record.json();
    String type = json.path("type").asText();
    transcript.time(Times.of(json.get("timestamp")));
    if (type.equals("session_meta")) {
      transcript.keep(type, json.path("payload"));
    } else if (type.isEmpty() && json.has("id")) {
      transcript.keep("session_meta", json);
    } else if (type.equals("response_item") && json.get("payload") instanceof ObjectNode item) {
      transcript.message(message(record, item), null);
    } else if (!json.has("payload") && isItem(type)) {
      transcript.message(message(record, (ObjectNode) json), null);
    } else {
      transcript.entry(json);
    }
  }

  private static boolean isItem(String type) {
    return type.equals("message")
        || type.equals("reasoning")
        || type.endsWith("_call")
        || type.endsWith("_output");
  }

  private static ForeignMessage message(RawRecord record, ObjectNode item) {
    ForeignMessage message =
        new ForeignMessage(record)
            .id(item.get("id"), FORMAT)
            .time(Times.of(record.json().get("timestamp")));
    String type = item.path("type").asText();
    if (!type.equals("message")) {
      ArrayNode blocks = TranscriptJson.MAPPER.createArrayNode().add(item);
      return message
          .role(type.endsWith("_output") ? ChatMessage.Role.TOOL : ChatMessage.Role.ASSISTANT)
          .content(ForeignContent.of(blocks));
    }
    ObjectNode rest = item.deepCopy();
    rest.remove(List.of("id", "type", "role", "content"));
    return message
        .role(item.get("role"), ROLES)
        .content(ForeignContent.of(item.get("content")))
        .keep(FORMAT, rest);
  }
}
