package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.parley.app.cli.transcript.conversation.Branches;
import dev.parley.app.cli.transcript.conversation.LinearTranscript;
import dev.parley.app.cli.transcript.conversation.PromptTree;
import dev.parley.app.cli.transcript.record.ForeignContent;
import dev.parley.app.cli.transcript.record.ForeignMessage;
import dev.parley.app.cli.transcript.record.ForeignSession;
import dev.parley.app.cli.transcript.record.JsonLines;
import dev.parley.app.cli.transcript.record.RawRecord;
import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import dev.parley.app.cli.transcript.record.Times;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.proto.v1.ChatMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads transcripts of Claude Code. The current branch of a file is a session. A branch that the
 * user has left by going back to an earlier message is an archive. The messages of subagents
 * (sidechains) are one more session. Results of tools get the role {@code TOOL}.
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
    PromptTree main = new PromptTree();
    LinearTranscript side = new LinearTranscript(FORMAT);
    JsonNode[] label = new JsonNode[1];
    JsonLines.read(
        file,
        sink,
        record -> {
          JsonNode json = record.json();
          PromptTree.Kind kind = kind(json);
          if (!json.path("isSidechain").asBoolean()) {
            main.add(record, kind);
          } else if (kind == PromptTree.Kind.ENTRY) {
            side.entry(json);
          } else {
            side.message(message(record), Times.of(json.get("timestamp")));
          }
          if (json.path("type").asText().equals("summary")) {
            label[0] = json.get("summary");
          }
        });
    Branches branches = main.branches();
    for (Branches.Path path : branches.paths(main.records().size() - 1)) {
      send(file, main.records(), branches, path, label[0], sink);
    }
    if (!side.isEmpty()) {
      side.sendTo(sink, file, file.stem() + "#sidechain");
    }
  }

  private static void send(
      SourceFile file,
      List<RawRecord> records,
      Branches branches,
      Branches.Path path,
      @Nullable JsonNode label,
      RecordSink sink) {
    List<Timestamp> times =
        path.messages().stream()
            .map(i -> Times.of(records.get(i).json().get("timestamp")))
            .filter(Objects::nonNull)
            .sorted(Timestamps.comparator())
            .toList();
    Timestamp last = times.isEmpty() ? null : times.get(times.size() - 1);
    ForeignSession session =
        new ForeignSession(path.key(file.stem()))
            .label(label)
            .times(times.isEmpty() ? null : times.get(0), last);
    if (!branches.rest().isEmpty()) {
      ObjectNode kept = TranscriptJson.object();
      kept.putArray("entries").addAll(branches.rest());
      session.keep(FORMAT, kept);
    }
    boolean isLeft = !path.suffix().isEmpty();
    if (isLeft) {
      Timestamp end = last == null ? Times.of(Instant.EPOCH) : last;
      session.archive(end, path.messages().size());
    }
    session.sendTo(sink, file.at(0), null);
    for (int i : path.messages()) {
      ForeignMessage message = message(records.get(i));
      branches.entries(i).forEach(message::entry);
      message.sendTo(sink, session.key());
    }
    if (isLeft) {
      sink.take(ForeignSession.archivedMark(session.key()), file.at(0), null);
    }
  }

  private static PromptTree.Kind kind(JsonNode json) {
    String type = json.path("type").asText();
    if (!MESSAGES.contains(type)) {
      return PromptTree.Kind.ENTRY;
    }
    if (type.equals("user") && !hasToolResult(json.path("message").get("content"))) {
      return PromptTree.Kind.PROMPT;
    }
    return type.equals("assistant") ? PromptTree.Kind.REPLY : PromptTree.Kind.OTHER_MESSAGE;
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

  /** Whether the record answers a tool call. It may also have text. */
  private static boolean hasToolResult(@Nullable JsonNode content) {
    if (content instanceof ArrayNode) {
      for (JsonNode block : content) {
        if (block.path("type").asText().equals("tool_result")) {
          return true;
        }
      }
    }
    return false;
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
