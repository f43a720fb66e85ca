package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.record.FieldText;
import dev.parley.app.cli.transcript.record.ForeignContent;
import dev.parley.app.cli.transcript.record.ForeignMessage;
import dev.parley.app.cli.transcript.record.ForeignSession;
import dev.parley.app.cli.transcript.record.RawRecord;
import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import dev.parley.app.cli.transcript.record.Times;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.proto.v1.ChatMessage;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads dumps of LangGraph: threads, or states of threads, with their messages in {@code values}. A
 * file has one of them, an array, or one per line. Of several states of a thread, the first one
 * with new messages is its session; another one that has other messages is a session of its own.
 */
final class LangGraphSource implements SessionSource {
  private static final String FORMAT = "langgraph";

  /** Messages by the types of LangChain, and by the names of its classes. */
  private static final Map<String, ChatMessage.Role> ROLES =
      Map.ofEntries(
          Map.entry("human", ChatMessage.Role.USER),
          Map.entry("user", ChatMessage.Role.USER),
          Map.entry("ai", ChatMessage.Role.ASSISTANT),
          Map.entry("assistant", ChatMessage.Role.ASSISTANT),
          Map.entry("system", ChatMessage.Role.SYSTEM),
          Map.entry("developer", ChatMessage.Role.DEVELOPER),
          Map.entry("tool", ChatMessage.Role.TOOL),
          Map.entry("function", ChatMessage.Role.TOOL));

  @Override
  public boolean recognizes(FileHead head) {
    return head.any(
        record ->
            record.has("values.messages")
                || record.text("messages.type").matches("human|ai|constructor"));
  }

  @Override
  public void read(SourceFile file, RecordSink sink) throws IOException {
    Map<String, Set<String>> seen = new HashMap<>();
    JsonDocuments.eachWithMessages(
        file, sink, (json, number) -> thread(file, json, number, sink, seen));
  }

  private static void thread(
      SourceFile file,
      ObjectNode json,
      long number,
      RecordSink sink,
      Map<String, Set<String>> seen) {
    RawRecord whole = RawRecord.of(json, file.at(number));
    ArrayNode messages = JsonDocuments.messages(json);
    if (messages == null) {
      sink.skip(whole.at(), "The thread has no messages.", whole.text());
      return;
    }
    String id = id(json);
    String key = FORMAT + ":" + (id.isEmpty() ? file.stem() + ":" + number : id);
    Set<String> known = seen.computeIfAbsent(key, name -> new HashSet<>());
    boolean isFirst = known.isEmpty();
    Set<String> added = new HashSet<>();
    messages.forEach(message -> added.add(TranscriptJson.text(message)));
    if (!isFirst && known.containsAll(added)) {
      sink.repaired(
          whole.at(), "The state has only messages of the states before it. It is left out.");
      return;
    }
    known.addAll(added);
    ObjectNode rest = json.deepCopy();
    rest.remove("messages");
    if (rest.get("values") instanceof ObjectNode values) {
      values.remove("messages");
    }
    String name = isFirst ? key : FieldText.withSuffix(key, "#" + FieldText.hash(whole.text()));
    ForeignSession session =
        new ForeignSession(name)
            .label(json.path("metadata").get("title"))
            .times(Times.of(json.get("created_at")), Times.of(json.get("updated_at")))
            .keep(FORMAT, rest);
    session.sendTo(sink, whole.at(), null);
    int position = 0;
    for (JsonNode message : messages) {
      position++;
      if (message instanceof ObjectNode object) {
        message(RawRecord.of(message, whole.at()), object, position).sendTo(sink, session.key());
      } else {
        sink.skip(whole.at(), "A message is not a JSON object.", TranscriptJson.text(message));
      }
    }
  }

  private static String id(ObjectNode json) {
    String id = json.path("thread_id").asText();
    String configured = json.at("/config/configurable/thread_id").asText();
    String inMetadata = json.at("/metadata/thread_id").asText();
    return !id.isEmpty() ? id : !configured.isEmpty() ? configured : inMetadata;
  }

  private static ForeignMessage message(RawRecord record, ObjectNode json, int position) {
    ObjectNode fields = json;
    JsonNode type = json.has("type") ? json.get("type") : json.get("role");
    if (json.get("data") instanceof ObjectNode data) {
      fields = data;
    } else if (json.get("kwargs") instanceof ObjectNode kwargs) {
      fields = kwargs;
      String path = json.path("id").path(json.path("id").size() - 1).asText();
      String name = path.replaceFirst("Message(Chunk)?$", "").toLowerCase(Locale.ROOT);
      type = TranscriptJson.MAPPER.getNodeFactory().textNode(name);
    }
    ForeignMessage message =
        new ForeignMessage(record)
            .id(fields.get("id"), FORMAT + "-" + position)
            .role(type, ROLES)
            .time(Times.of(fields.path("response_metadata").get("created_at")));
    ObjectNode rest = fields.deepCopy();
    rest.remove(List.of("id", "type", "role", "content"));
    if (ToolCalls.areIn(fields.get("tool_calls"))) {
      rest.remove("tool_calls");
      message.content(
          ToolCalls.append(fields.get("content"), fields.get("tool_calls"), "name", "args"));
    } else {
      message.content(ForeignContent.of(fields.get("content")));
    }
    return message.keep(FORMAT, rest);
  }
}
