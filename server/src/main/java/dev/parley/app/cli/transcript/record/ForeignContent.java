package dev.parley.app.cli.transcript.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.parley.proto.v1.Content;
import org.jspecify.annotations.Nullable;

/**
 * Content of another program as content of Parley.
 *
 * @param content the content
 * @param repair what was changed; null if nothing was
 */
public record ForeignContent(Content content, @Nullable String repair) {

  /**
   * Converts a JSON value: a string or an array of objects as it is, everything else as the nearest
   * of the two.
   */
  public static ForeignContent of(@Nullable JsonNode value) {
    if (value == null || value.isMissingNode() || value.isNull()) {
      return new ForeignContent(TranscriptJson.text(""), "The content is absent or null.");
    }
    if (value.isTextual()) {
      Content text = TranscriptJson.text(value.textValue());
      boolean same = text.getText().equals(value.textValue());
      return new ForeignContent(text, same ? null : "The content has half a surrogate pair.");
    }
    if (value instanceof ArrayNode array) {
      return ofArray(array);
    }
    if (value.isObject()) {
      ArrayNode blocks = TranscriptJson.MAPPER.createArrayNode().add(value);
      return new ForeignContent(
          TranscriptJson.blocks(blocks), "The content is an object and not an array of objects.");
    }
    return new ForeignContent(
        TranscriptJson.text(value.asText()), "The content is a number or a Boolean value.");
  }

  private static ForeignContent ofArray(ArrayNode array) {
    ArrayNode blocks = TranscriptJson.MAPPER.createArrayNode();
    boolean changed = false;
    for (JsonNode item : array) {
      if (item.isObject()) {
        blocks.add(item);
      } else {
        changed = true;
        blocks.add(textBlock(item.isTextual() ? item.textValue() : TranscriptJson.text(item)));
      }
    }
    return new ForeignContent(
        TranscriptJson.blocks(blocks),
        changed ? "The content is an array that does not only have objects." : null);
  }

  /** Content of one text block as plain text; other content unchanged. */
  public ForeignContent withoutSingleBlock() {
    if (!content.hasBlocks()) {
      return this;
    }
    JsonNode blocks = TranscriptJson.tree(content.getBlocks());
    return blocks.size() == 1 && TranscriptJson.isPlainText(blocks.get(0)) && repair == null
        ? of(blocks.get(0).get("text"))
        : this;
  }

  /** A block that contains text. */
  public static JsonNode textBlock(String text) {
    return TranscriptJson.object().put("type", "text").put("text", text);
  }
}
