package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.record.ForeignContent;
import dev.parley.app.cli.transcript.record.MetadataNames;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import org.jspecify.annotations.Nullable;

/** Converts tool calls of messages to content blocks. */
final class ToolCalls {
  private ToolCalls() {}

  /** Whether a value is an array of tool calls with at least one. */
  static boolean areIn(@Nullable JsonNode calls) {
    if (!(calls instanceof ArrayNode) || calls.isEmpty()) {
      return false;
    }
    for (JsonNode call : calls) {
      if (!call.isObject()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The content of a message, followed by a block for each of its tool calls. Members of a call
   * that a block does not define keep their names.
   *
   * @param name the name of the member with the name of the tool
   * @param input the name of the member with the arguments
   */
  static ForeignContent append(
      @Nullable JsonNode content, JsonNode calls, String name, String input) {
    ArrayNode blocks = TranscriptJson.MAPPER.createArrayNode();
    String repair = null;
    if (content instanceof ArrayNode array) {
      ForeignContent converted = ForeignContent.of(array);
      repair = converted.repair();
      blocks.addAll((ArrayNode) TranscriptJson.tree(converted.content().getBlocks()));
    } else if (content != null && !content.isNull() && !content.isMissingNode()) {
      String text = content.isTextual() ? content.textValue() : TranscriptJson.text(content);
      if (!text.isEmpty()) {
        blocks.add(ForeignContent.textBlock(text));
      }
    }
    for (JsonNode call : calls) {
      blocks.add(block(call, name, input));
    }
    return new ForeignContent(TranscriptJson.blocks(blocks), repair);
  }

  private static ObjectNode block(JsonNode call, String name, String input) {
    ObjectNode block = TranscriptJson.object().put("type", MetadataNames.TOOL_USE);
    block.set("id", call.path("id"));
    block.set("name", call.path(name));
    block.set("input", call.path(input));
    for (var member : call.properties()) {
      String key = member.getKey();
      if (!key.equals("id") && !key.equals(name) && !key.equals(input)) {
        block.set(key.equals("type") ? "call_type" : key, member.getValue());
      }
    }
    return block;
  }
}
