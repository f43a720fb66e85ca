package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.conversation.LinearTranscript;
import dev.parley.app.cli.transcript.record.ForeignContent;
import dev.parley.app.cli.transcript.record.ForeignMessage;
import dev.parley.app.cli.transcript.record.ForeignSession;
import dev.parley.app.cli.transcript.record.MetadataNames;
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
 * Reads JSON Lines of OpenAI's chat completions. A line is a conversation with {@code messages}, a
 * request of a batch with the messages in {@code body}, or a single message. The single messages of
 * a file are one session. The answers in {@code choices} follow the messages.
 */
final class OpenAISource implements SessionSource {
  private static final String FORMAT = MetadataNames.OPENAI;
  private static final Map<String, ChatMessage.Role> ROLES =
      Map.of(
          "user", ChatMessage.Role.USER,
          "assistant", ChatMessage.Role.ASSISTANT,
          "system", ChatMessage.Role.SYSTEM,
          "developer", ChatMessage.Role.DEVELOPER,
          "tool", ChatMessage.Role.TOOL,
          "function", ChatMessage.Role.TOOL);

  @Override
  public boolean recognizes(FileHead head) {
    return head.any(
        record ->
            record.has("messages.role")
                || record.has("body.messages")
                || record.has("request.messages")
                || (record.has("role") && (record.has("content") || record.has("tool_calls"))));
  }

  @Override
  public void read(SourceFile file, RecordSink sink) throws IOException {
    LinearTranscript single = new LinearTranscript(FORMAT);
    JsonDocuments.each(
        file,
        sink,
        (json, number) -> {
          RawRecord record = RawRecord.of(json, file.at(number));
          ObjectNode body = body(json);
          if (body.get("messages") instanceof ArrayNode messages) {
            conversation(file, record, body, messages, sink);
          } else if (json.has("role")) {
            single.message(message(record, json, 0), Times.of(json.get("timestamp")));
          } else {
            sink.skip(record.at(), "The line has no messages.", record.text());
          }
        });
    if (!single.isEmpty()) {
      single.sendTo(sink, file, file.stem());
    }
  }

  private static ObjectNode body(ObjectNode json) {
    for (String name : List.of("body", "request")) {
      if (json.get(name) instanceof ObjectNode body && body.has("messages")) {
        return body;
      }
    }
    return json;
  }

  private static void conversation(
      SourceFile file, RawRecord record, ObjectNode body, ArrayNode messages, RecordSink sink) {
    ObjectNode rest = record.json().deepCopy();
    ArrayNode all = messages.deepCopy();
    body(rest).remove("messages");
    JsonNode choices = record.json().get("choices");
    if (choices == null) {
      choices = record.json().path("response").get("choices");
    }
    if (choices instanceof ArrayNode answers) {
      for (JsonNode choice : answers) {
        if (choice.path("message").isObject()) {
          all.add(choice.get("message"));
        }
      }
    }
    ForeignSession session =
        new ForeignSession(key(file, record))
            .times(Times.of(record.json().get("created")), Times.of(record.json().get("created")))
            .label(record.json().path("metadata").get("label"))
            .keep(FORMAT, rest);
    session.sendTo(sink, record.at(), null);
    int position = 0;
    for (JsonNode message : all) {
      position++;
      if (message instanceof ObjectNode object) {
        message(RawRecord.of(message, record.at()), object, position).sendTo(sink, session.key());
      } else {
        sink.skip(record.at(), "A message is not a JSON object.", TranscriptJson.text(message));
      }
    }
  }

  private static String key(SourceFile file, RawRecord record) {
    JsonNode json = record.json();
    JsonNode exported = json.path("metadata").path("key");
    if (exported.isTextual() && !exported.textValue().isEmpty()) {
      return exported.textValue();
    }
    for (String name : List.of("custom_id", "id")) {
      JsonNode id = json.path(name);
      if (id.isTextual() && !id.textValue().isEmpty()) {
        return FORMAT + ":" + id.textValue();
      }
    }
    return FORMAT + ":" + file.stem() + ":" + record.at().line();
  }

  private static ForeignMessage message(RawRecord record, ObjectNode json, int position) {
    ForeignMessage message =
        new ForeignMessage(record)
            .id(json.get("id"), FORMAT + "-" + position)
            .role(json.get("role"), ROLES)
            .time(Times.of(json.get("timestamp")));
    ObjectNode rest = json.deepCopy();
    rest.remove(List.of("id", "role", "content"));
    if (ToolCalls.areIn(json.get("tool_calls"))) {
      message.content(
          ToolCalls.append(
              json.get("content"), functions((ArrayNode) json.get("tool_calls")), "name", "input"));
    } else {
      message.content(ForeignContent.of(json.get("content")));
    }
    return message.keep(FORMAT, rest);
  }

  /** Calls with their function's name and arguments. The arguments are JSON in a string. */
  private static ArrayNode functions(ArrayNode calls) {
    ArrayNode functions = TranscriptJson.MAPPER.createArrayNode();
    for (JsonNode call : calls) {
      JsonNode arguments = call.path("function").path("arguments");
      JsonNode parsed = arguments.isTextual() ? TranscriptJson.parse(arguments.textValue()) : null;
      ObjectNode function = functions.addObject();
      function.set("id", call.path("id"));
      function.set("name", call.path("function").path("name"));
      function.set("input", parsed == null ? arguments : parsed);
    }
    return functions;
  }
}
