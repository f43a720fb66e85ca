package dev.parley.app.transcript;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** JSON as trees, in which keys keep their order and numbers their value, if not their spelling. */
final class TranscriptJson {
  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private TranscriptJson() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** What the server keeps verbatim, which is JSON. */
  static JsonNode tree(Json json) {
    return tree(json.getValue());
  }

  static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Json json(JsonNode tree) {
    return Json.newBuilder().setValue(tree.toString()).build();
  }

  static Content text(String text) {
    return Content.newBuilder().setText(text).build();
  }

  static Content blocks(ArrayNode blocks) {
    return Content.newBuilder().setBlocks(json(blocks)).build();
  }

  /** The object under {@code name} in the metadata of something; null if there is none. */
  static @Nullable ObjectNode kept(Json metadata, String name) {
    if (metadata.getValue().isEmpty()) {
      return null;
    }
    return tree(metadata).get(name) instanceof ObjectNode found ? found : null;
  }

  /** Metadata that has this under {@code name} alone. */
  static Json keeping(String name, ObjectNode kept) {
    return json(object().set(name, kept));
  }

  /** Whether a block is text and nothing else. */
  static boolean isPlainText(JsonNode block) {
    return block.size() == 2
        && block.path("type").asText().equals("text")
        && block.path("text").isTextual();
  }
}
