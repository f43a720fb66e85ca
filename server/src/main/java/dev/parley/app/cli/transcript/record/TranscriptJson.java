package dev.parley.app.cli.transcript.record;

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

/** JSON trees that keep the order of keys and the values of numbers. */
public final class TranscriptJson {
  /** Reads and writes the trees, without limits except the nesting depth. */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder(JsonText.FACTORY.copy())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private TranscriptJson() {}

  /** Creates an object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Parses JSON that the server stores verbatim. */
  public static JsonNode tree(Json json) {
    return tree(json.getValue());
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      return treeOfPairs(json);
    }
  }

  /** Parses JSON. Unpaired surrogates in names become U+FFFD, because Jackson rejects them. */
  private static JsonNode treeOfPairs(String json) {
    try (JsonParser parser = JsonText.parser(json.getBytes(UTF_8))) {
      return MAPPER.readTree(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("Stored content is not JSON.", e);
    }
  }

  /** The JSON text of a tree as a protobuf message. */
  public static Json json(JsonNode tree) {
    return Json.newBuilder().setValue(text(tree)).build();
  }

  /** The JSON text of a tree. Unpaired surrogates are escaped, because UTF-8 cannot encode them. */
  public static String text(JsonNode tree) {
    return Surrogates.escapeUnpaired(tree.toString());
  }

  /** The string of a node. Unpaired surrogates become U+FFFD, because protobuf rejects them. */
  public static String string(JsonNode node) {
    return Surrogates.replaceUnpaired(node.asText());
  }

  /** Text content. */
  public static Content text(String text) {
    return Content.newBuilder().setText(Surrogates.replaceUnpaired(text)).build();
  }

  /** Content of blocks. */
  public static Content blocks(ArrayNode blocks) {
    return Content.newBuilder().setBlocks(json(blocks)).build();
  }

  /** The object with this name in the metadata; null if there is none. */
  public static @Nullable ObjectNode kept(Json metadata, String name) {
    if (metadata.getValue().isEmpty()) {
      return null;
    }
    return tree(metadata).get(name) instanceof ObjectNode found ? found : null;
  }

  /** Metadata with this value as its only member. */
  public static Json keeping(String name, ObjectNode kept) {
    return json(object().set(name, kept));
  }

  /** Parses the only value of a text; null if it is not valid JSON. */
  public static @Nullable JsonNode parse(String text) {
    try {
      return value(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      return parsePairs(text);
    }
  }

  private static @Nullable JsonNode parsePairs(String text) {
    if (!text.contains("\\u")) {
      return null;
    }
    try {
      return value(treeOfPairs(text));
    } catch (UncheckedIOException e) {
      return null;
    }
  }

  private static @Nullable JsonNode value(@Nullable JsonNode node) {
    return node == null || node.isMissingNode() ? null : node;
  }

  /** Whether a block contains only text. */
  public static boolean isPlainText(JsonNode block) {
    return block.size() == 2
        && block.path("type").asText().equals("text")
        && block.path("text").isTextual();
  }
}
