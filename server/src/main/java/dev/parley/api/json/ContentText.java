package dev.parley.api.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.model.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What of a message's content people can read. */
public final class ContentText {
  private static final String TEXT = "text";

  private ContentText() {}

  /**
   * The text; of blocks, that of those of the type "text" or of none, one after the other, with
   * U+FFFD for half of a surrogate pair.
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
      throw new UncheckedIOException("Stored content is no JSON.", e);
    }
    return text.toString();
  }

  private static void block(JsonParser json, StringBuilder text) throws IOException {
    String type = TEXT;
    String said = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      boolean isString = json.nextToken() == JsonToken.VALUE_STRING;
      if (name.equals("type")) {
        type = isString ? json.getText() : "";
      } else if (name.equals(TEXT) && isString) {
        said = json.getText();
      }
      json.skipChildren();
    }
    if (type.equals(TEXT)) {
      text.append(said);
    }
  }
}
