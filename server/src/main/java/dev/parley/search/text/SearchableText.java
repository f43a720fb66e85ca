package dev.parley.search.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.parley.model.Content;
import java.io.IOException;
import java.text.Normalizer;
import java.util.Set;

/**
 * The text of content that can be searched: plain text, and the strings of blocks. Types, ids,
 * roles and encoded data in blocks are left out.
 */
public final class SearchableText {
  /** Only this many characters at the start of a message can be searched. */
  public static final int CHARACTERS_MAX = 1_000_000;

  private static final Set<String> LEFT_OUT =
      Set.of(
          "type",
          "id",
          "role",
          "data",
          "signature",
          "encrypted_content",
          "media_type",
          "mime_type",
          "mimeType",
          "file_data",
          "b64_json");
  private static final String DATA_URL = "data:";
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .build())
          .build();

  private SearchableText() {}

  /** The text of the content. The strings of blocks are separated by line breaks. */
  public static String of(Content content) {
    if (!content.isBlocks()) {
      return limited(new String(content.utf8(), UTF_8));
    }
    StringBuilder text = new StringBuilder();
    try (JsonParser json = JSON.createParser(content.utf8())) {
      addStrings(json, text);
    } catch (IOException e) {
      // The JSON of another version of the server: what was read so far can be searched.
      return limited(text.toString());
    }
    return limited(text.toString());
  }

  /** Text in the composed form of Unicode (NFC), in which terms are written. */
  static String normalized(String text) {
    return Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? text
        : Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  private static void addStrings(JsonParser json, StringBuilder text) throws IOException {
    for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
      if (text.length() > CHARACTERS_MAX) {
        return;
      }
      if (token == JsonToken.FIELD_NAME && isLeftOut(json.currentName())) {
        json.nextToken();
        json.skipChildren();
      } else if (token == JsonToken.VALUE_STRING) {
        String value = json.getText();
        if (!value.isEmpty() && !value.startsWith(DATA_URL)) {
          text.append(text.isEmpty() ? "" : "\n").append(value);
        }
      }
    }
  }

  private static boolean isLeftOut(String name) {
    return LEFT_OUT.contains(name) || name.endsWith("_id") || name.endsWith("Id");
  }

  private static String limited(String content) {
    String text = normalized(content);
    if (text.length() <= CHARACTERS_MAX) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(CHARACTERS_MAX - 1));
    return text.substring(0, splitsPair ? CHARACTERS_MAX - 1 : CHARACTERS_MAX);
  }
}
