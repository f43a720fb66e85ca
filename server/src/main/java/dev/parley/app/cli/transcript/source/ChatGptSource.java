package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.conversation.Branches;
import dev.parley.app.cli.transcript.conversation.RecordTree;
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
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code conversations.json} of a ChatGPT export, one conversation at a time. A conversation
 * is a tree. Its current branch is a session; each other branch is one more.
 */
final class ChatGptSource implements SessionSource {
  private static final String FORMAT = "chatgpt";
  private static final Map<String, ChatMessage.Role> ROLES =
      Map.of(
          "user", ChatMessage.Role.USER,
          "assistant", ChatMessage.Role.ASSISTANT,
          "system", ChatMessage.Role.SYSTEM,
          "tool", ChatMessage.Role.TOOL);

  @Override
  public boolean recognizes(FileHead head) {
    return head.any(record -> record.has("mapping"));
  }

  @Override
  public void read(SourceFile file, RecordSink sink) throws IOException {
    JsonDocuments.each(file, sink, (json, number) -> conversation(file, json, number, sink));
  }

  private static void conversation(SourceFile file, ObjectNode json, long number, RecordSink sink) {
    RawRecord whole = RawRecord.of(json, file.at(number));
    if (!(json.get("mapping") instanceof ObjectNode mapping)) {
      sink.skip(whole.at(), "The conversation has no mapping.", whole.text());
      return;
    }
    Map<String, Integer> byId = new HashMap<>();
    List<RawRecord> nodes = new ArrayList<>();
    BitSet messages = new BitSet();
    for (Map.Entry<String, JsonNode> node : mapping.properties()) {
      byId.put(node.getKey(), nodes.size());
      messages.set(nodes.size(), node.getValue().path("message").isObject());
      nodes.add(RawRecord.of(node.getValue(), whole.at()));
    }
    int[] parents = new int[nodes.size()];
    for (int i = 0; i < parents.length; i++) {
      parents[i] = byId.getOrDefault(nodes.get(i).json().path("parent").asText(), -1);
    }
    int current =
        byId.getOrDefault(json.path("current_node").asText(), Math.max(nodes.size() - 1, 0));
    Branches branches = new Branches(new RecordTree(parents, messages), nodes);
    for (Branches.Path path : branches.paths(current)) {
      ForeignSession session = session(path.key(key(json, whole)), json);
      session.sendTo(sink, whole.at(), null);
      for (int i : path.messages()) {
        message(nodes.get(i)).sendTo(sink, session.key());
      }
    }
  }

  private static String key(ObjectNode json, RawRecord whole) {
    for (String name : List.of("conversation_id", "id")) {
      if (json.path(name).isTextual() && !json.get(name).textValue().isEmpty()) {
        return FORMAT + ":" + json.get(name).textValue();
      }
    }
    return FORMAT + ":" + whole.at().line();
  }

  private static ForeignSession session(String key, ObjectNode json) {
    ObjectNode rest = json.deepCopy();
    rest.remove("mapping");
    return new ForeignSession(key)
        .label(json.get("title"))
        .times(Times.of(json.get("create_time")), Times.of(json.get("update_time")))
        .keep(FORMAT, rest);
  }

  private static ForeignMessage message(RawRecord node) {
    ObjectNode json = (ObjectNode) node.json().get("message");
    JsonNode id = json.path("id").isTextual() ? json.get("id") : node.json().get("id");
    ForeignMessage message =
        new ForeignMessage(node)
            .id(id, FORMAT)
            .role(json.path("author").get("role"), ROLES)
            .time(Times.of(json.get("create_time")));
    ObjectNode rest = json.deepCopy();
    rest.remove(List.of("id", "create_time", "content"));
    return message.content(content(json.path("content"))).keep(FORMAT, rest);
  }

  /** Text of one part as text; several parts, and other kinds of content, as blocks. */
  private static ForeignContent content(JsonNode content) {
    if (content.path("parts") instanceof ArrayNode parts && content.size() == 2) {
      if (parts.size() == 1 && parts.get(0).isTextual()) {
        return ForeignContent.of(parts.get(0));
      }
      ArrayNode blocks = TranscriptJson.MAPPER.createArrayNode();
      for (JsonNode part : parts) {
        blocks.add(part.isTextual() ? ForeignContent.textBlock(part.textValue()) : part);
      }
      return ForeignContent.of(blocks);
    }
    if (content.isObject()) {
      return ForeignContent.of(TranscriptJson.MAPPER.createArrayNode().add(content));
    }
    return ForeignContent.of(content);
  }
}
