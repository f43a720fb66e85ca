package dev.parley.app.cli.transcript.record;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A damaged JSON value, read as far as it is valid. Values before the damage are complete. The
 * objects and arrays around the damage have the members and elements before it.
 */
public final class PartialJson {
  /** How much of the text after the damage a report gets. */
  private static final int TEXT_MAX = 1 << 20;

  private static final JsonNodeFactory NODES = TranscriptJson.MAPPER.getNodeFactory();

  private final Text text;
  private final Deque<ContainerNode<?>> path = new ArrayDeque<>();
  private final Map<JsonNode, Long> starts = new IdentityHashMap<>();
  private JsonNode value = MissingNode.getInstance();
  private @Nullable String name;
  private @Nullable JsonLocation damage;

  /** The text of the value, from its beginning. It can be opened several times. */
  @FunctionalInterface
  public interface Text {
    Reader open() throws IOException;
  }

  private PartialJson(Text text) {
    this.text = text;
  }

  /** Reads a text that should be one value. */
  public static PartialJson of(Text text) throws IOException {
    PartialJson part = new PartialJson(text);
    try (JsonParser parser = TranscriptJson.MAPPER.createParser(text.open())) {
      part.read(parser);
    }
    return part;
  }

  /**
   * Reads one of several values.
   *
   * @param before how many values, or elements of the array at the top, come before it
   */
  public static PartialJson after(Text text, long before) throws IOException {
    PartialJson part = new PartialJson(text);
    try (JsonParser parser = TranscriptJson.MAPPER.createParser(text.open())) {
      part.read(parser, before);
    }
    return part;
  }

  private void read(JsonParser parser) throws IOException {
    try {
      readValue(parser, parser.nextToken());
      if (damage == null && parser.nextToken() != null) {
        damage = parser.currentTokenLocation();
      }
    } catch (JsonProcessingException e) {
      damage = e.getLocation();
    }
  }

  private void read(JsonParser parser, long before) throws IOException {
    try {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_ARRAY) {
        token = parser.nextToken();
      }
      for (long i = 0; i < before && token != null; i++) {
        parser.skipChildren();
        token = parser.nextToken();
      }
      readValue(parser, token);
    } catch (JsonProcessingException e) {
      damage = e.getLocation();
    }
  }

  /** Reads the value that begins with this token. */
  private void readValue(JsonParser parser, @Nullable JsonToken first) throws IOException {
    JsonToken token = first;
    try {
      while (token != null) {
        take(token, parser);
        token = path.isEmpty() ? null : parser.nextToken();
      }
    } catch (JsonProcessingException e) {
      damage = e.getLocation();
      if (token != null && token.isNumeric()) {
        removeLast();
      }
    }
  }

  private void take(JsonToken token, JsonParser parser) throws IOException {
    switch (token) {
      case START_OBJECT, START_ARRAY -> {
        ContainerNode<?> node =
            token == JsonToken.START_OBJECT ? NODES.objectNode() : NODES.arrayNode();
        add(node);
        path.push(node);
        starts.put(node, parser.currentTokenLocation().getCharOffset());
      }
      case END_OBJECT, END_ARRAY -> path.pop();
      case FIELD_NAME -> name = parser.currentName();
      case VALUE_STRING -> add(NODES.textNode(parser.getText()));
      case VALUE_NUMBER_FLOAT -> add(NODES.numberNode(parser.getDecimalValue()));
      case VALUE_NUMBER_INT ->
          add(
              parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                  ? NODES.numberNode(parser.getBigIntegerValue())
                  : NODES.numberNode(parser.getLongValue()));
      case VALUE_TRUE, VALUE_FALSE -> add(NODES.booleanNode(token == JsonToken.VALUE_TRUE));
      default -> add(NODES.nullNode());
    }
  }

  private void add(JsonNode node) {
    if (path.isEmpty()) {
      value = node;
    } else if (path.peek() instanceof ObjectNode object) {
      object.set(name, node);
    } else if (path.peek() instanceof ArrayNode array) {
      array.add(node);
    }
  }

  /** A number just before the damage can have lost digits. */
  private void removeLast() {
    if (path.peek() instanceof ObjectNode object) {
      object.remove(name);
    } else if (path.peek() instanceof ArrayNode array && !array.isEmpty()) {
      array.remove(array.size() - 1);
    }
  }

  /** What was read of the value. */
  public JsonNode value() {
    return value;
  }

  /** Where the damage is, for a message. */
  public String where() {
    return damage == null
        ? "the end"
        : "line " + damage.getLineNr() + ", column " + damage.getColumnNr();
  }

  /**
   * Removes the element of an array that is not complete, if there is one.
   *
   * @return the text of the element and of what follows; without such an element, the text from the
   *     damage on
   */
  public String removeIncomplete(ArrayNode array) throws IOException {
    JsonNode last = array.isEmpty() ? null : array.get(array.size() - 1);
    if (last == null || path.stream().noneMatch(open -> open == last)) {
      return damage == null ? "" : textFrom(damage.getCharOffset());
    }
    array.remove(array.size() - 1);
    return textFrom(starts.getOrDefault(last, 0L));
  }

  private String textFrom(long offset) throws IOException {
    try (Reader in = text.open()) {
      long left = Math.max(offset, 0);
      long skipped = 1;
      while (left > 0 && skipped > 0) {
        skipped = in.skip(left);
        left -= skipped;
      }
      char[] found = new char[TEXT_MAX];
      int length = 0;
      for (int n = 0; n >= 0 && length < TEXT_MAX; n = in.read(found, length, TEXT_MAX - length)) {
        length += n;
      }
      return new String(found, 0, length);
    }
  }
}
