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
import dev.parley.proto.v1.ChatMessage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads transcripts of Claude Code. A file is a session, in the order of its lines; the messages of
 * subagents (sidechains) are a second one. Results of tools get the role {@code TOOL}.
 */
final class ClaudeCodeSource implements SessionSource {
  private static final String FORMAT = "claude-code";
  private static final Set<String> MESSAGES = Set.of("user", "assistant", "system");
  private static final Map<String, ChatMessage.Role> ROLES =
      Map.of(
          "user", ChatMessage.Role.USER,
          "assistant", ChatMessage.Role.ASSISTANT,
          "system", ChatMessage.Role.SYSTEM);

  @Override
  public boolean recognizes(FileHead head) {
    return head.any(
        record ->
            (record.has("sessionId") && record.has("uuid") && record.has("type"))
                || (record.text("type").equals("summary") && record.has("leafUuid")));
  }

  @Override
  public void read(SourceFile file, RecordSink sink) throws IOException {
    LinearTranscript main = new LinearTranscript(FORMAT);
    LinearTranscript side = new LinearTranscript(FORMAT);
    JsonLines.read(
        file,
        sink,
        record -> {
          JsonNode json = record.json();
          boolean isSide = json.path("isSidechain").asBoolean();
          LinearTranscript transcript = isSide ? side : main;
          if (MESSAGES.contains(json.path("type").asText())) {
            transcript.message(message(record), Times.of(json.get("timestamp")));
          } else {
            transcript.entry(json);
          }
          if (json.path("type").asText().equals("summary")) {
            transcript.label(json.get("summary"));
          }
        });
    String key = file.stem();
    main.sendTo(sink, file, key);
    if (!side.isEmpty()) {
      side.sendTo(sink, file, key + "#sidechain");
    }
  }

  private static ForeignMessage message(RawRecord record) {
    JsonNode json = record.json();
    ForeignMessage message =
        new ForeignMessage(record)
            .id(json.get("uuid"), FORMAT)
            .time(Times.of(json.get("timestamp")));
    ObjectNode rest = json.deepCopy();
    rest.remove(List.of("uuid", "timestamp", "type"));
    JsonNode content = json.get("content");
    JsonNode role = json.get("type");
    if (json.get("message") instanceof ObjectNode inner) {
      ObjectNode innerRest = inner.deepCopy();
      innerRest.remove(List.of("role", "content"));
      rest.set("message", innerRest);
      content = inner.get("content");
      role = inner.has("role") ? inner.get("role") : role;
    } else {
      rest.remove("content");
    }
    if (isToolResult(content)) {
      message.role(ChatMessage.Role.TOOL);
    } else {
      message.role(role, ROLES);
    }
    return message.content(ForeignContent.of(content)).keep(FORMAT, rest);
  }

  private static boolean isToolResult(@Nullable JsonNode content) {
    if (!(content instanceof ArrayNode) || content.isEmpty()) {
      return false;
    }
    for (JsonNode block : content) {
      if (!block.path("type").asText().equals("tool_result")) {
        return false;
      }
    }
    return true;
  }
}
