package dev.parley.api.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.model.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Extracts the readable text of content. */
public final class ContentText {
  private static final String TEXT = "text";
  private static final Set<String> TYPES = Set.of(TEXT, "input_text", "output_text");

  private ContentText() {}

  /**
   * Returns the text. For blocks, concatenates the texts of blocks with the type "text",
   * "input_text" or "output_text", or without a type. Unpaired surrogates become U+FFFD.
   */
  public static String of(Content content) {
    if (!content.isBlocks()) {
      return new String(content.utf8(), StandardCharsets.UTF_8);
    }
    StringBuilder text = new StringBuilder();
    try (JsonParser json = JsonText.parser(content.utf8())) {
      json.nextToken();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        block(json, text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The stored content is not JSON.", e);
    }
    return text.toString();
  }

  private static void block(JsonParser json, StringBuilder text) throws IOException {
    String type = TEXT;
    String blockText = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      boolean isString = json.nextToken() == JsonToken.VALUE_STRING;
      if (name.equals("type")) {
        type = isString ? json.getText() : "";
      } else if (name.equals(TEXT) && isString) {
        blockText = json.getText();
      }
      json.skipChildren();
    }
    if (TYPES.contains(type)) {
      text.append(blockText);
    }
  }
}
