package dev.parley.app.cli.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.api.json.JsonText;
import dev.parley.api.json.Surrogates;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Json;
import java.io.IOException;
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

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      return treeOfPairs(json);
    }
  }

  /** Jackson refuses names with half of a surrogate pair: U+FFFD stands for such halves. */
  private static JsonNode treeOfPairs(String json) {
    try (JsonParser parser = JsonText.parser(json.getBytes(UTF_8))) {
      return MAPPER.readTree(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("Stored content is no JSON.", e);
    }
  }

  static Json json(JsonNode tree) {
    return Json.newBuilder().setValue(text(tree)).build();
  }

  /** The JSON text of a tree. Half of a surrogate pair is an escape, as UTF-8 cannot have it. */
  static String text(JsonNode tree) {
    return Surrogates.escapeUnpaired(tree.toString());
  }

  /** The string of a node, with U+FFFD for half of a surrogate pair: a message cannot hold that. */
  static String string(JsonNode node) {
    return Surrogates.replaceUnpaired(node.asText());
  }

  static Content text(String text) {
    return Content.newBuilder().setText(Surrogates.replaceUnpaired(text)).build();
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
