package dev.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Reads JSON bodies, and JSON files among the resources. */
public final class JsonBodies {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonBodies() {}

  /** Parses a body. Fails if it is not JSON. */
  public static JsonNode tree(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not JSON: " + body, e);
    }
  }

  /** The text at a JSON pointer. */
  public static String text(String body, String pointer) {
    JsonNode node = tree(body).at(pointer);
    if (node.isMissingNode()) {
      throw new IllegalArgumentException("No " + pointer + " in " + body);
    }
    return node.asText();
  }

  /** The text as a JSON string. */
  public static String quote(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A resource below {@code wire/}. */
  public static String wire(String name) {
    try (InputStream in =
        Objects.requireNonNull(
            JsonBodies.class.getResourceAsStream("/wire/" + name), () -> "No resource " + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
