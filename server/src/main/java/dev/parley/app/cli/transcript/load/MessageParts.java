package dev.parley.app.cli.transcript.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.record.FieldText;
import dev.parley.app.cli.transcript.record.MetadataNames;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a message whose content or metadata is too large into several messages. The first one
 * keeps the id. Blocks stay together as far as they fit; the JSON text of a larger block is split
 * as text. Metadata that does not fit becomes text of messages with the role {@code TOOL}.
 */
final class MessageParts {
  /** Metadata has at most 64 KiB. The rest is for the description of the part. */
  private static final int METADATA_BYTES_MAX = 60 * 1024;

  private final ChatMessage message;
  private final int bytesMax;
  private final List<ChatMessage> parts = new ArrayList<>();

  private MessageParts(ChatMessage message, int bytesMax) {
    this.message = message;
    this.bytesMax = bytesMax;
  }

  /** Splits a message into parts with at most this many bytes of content. */
  static List<ChatMessage> of(ChatMessage message, int bytesMax) {
    return new MessageParts(message, bytesMax).split();
  }

  private List<ChatMessage> split() {
    String metadata = message.getMetadata().getValue();
    boolean fits = metadata.getBytes(UTF_8).length <= METADATA_BYTES_MAX;
    addAll(message.getRole(), contents(message.getContent()), "content", fits ? metadata : "");
    if (!fits) {
      addAll(ChatMessage.Role.TOOL, texts(metadata), "metadata", "");
    }
    return parts;
  }

  private void addAll(
      ChatMessage.Role role, List<Content> contents, String field, String metadata) {
    for (int i = 0; i < contents.size(); i++) {
      int number = parts.size() + 1;
      String id = message.getMessageId();
      ObjectNode described = TranscriptJson.object();
      if (i == 0 && TranscriptJson.parse(metadata) instanceof ObjectNode kept) {
        described.setAll(kept);
      }
      described
          .withObjectProperty(MetadataNames.IMPORT)
          .putObject("part")
          .put("of", id)
          .put("field", field)
          .put("number", i + 1)
          .put("count", contents.size());
      parts.add(
          message.toBuilder()
              .setMessageId(number == 1 ? id : FieldText.withSuffix(id, "~part" + number))
              .setRole(role)
              .setContent(contents.get(i))
              .setMetadata(TranscriptJson.json(described))
              .build());
    }
  }

  private List<Content> contents(Content content) {
    if (!content.hasBlocks()) {
      return texts(content.getText());
    }
    List<Content> contents = new ArrayList<>();
    ArrayNode blocks = TranscriptJson.MAPPER.createArrayNode();
    int bytes = 0;
    for (JsonNode block : TranscriptJson.tree(content.getBlocks())) {
      String text = TranscriptJson.text(block);
      int size = text.getBytes(UTF_8).length + 2;
      if (bytes + size > bytesMax && !blocks.isEmpty()) {
        contents.add(TranscriptJson.blocks(blocks));
        blocks = TranscriptJson.MAPPER.createArrayNode();
        bytes = 0;
      }
      if (size > bytesMax) {
        contents.addAll(texts(text));
      } else {
        blocks.add(block);
        bytes += size;
      }
    }
    if (!blocks.isEmpty() || contents.isEmpty()) {
      contents.add(TranscriptJson.blocks(blocks));
    }
    return contents;
  }

  /** Splits a text between code points. */
  private List<Content> texts(String text) {
    List<Content> texts = new ArrayList<>();
    int start = 0;
    int bytes = 0;
    int length;
    for (int i = 0; i < text.length(); i += length) {
      int codePoint = text.codePointAt(i);
      length = Character.charCount(codePoint);
      int size = utf8Bytes(codePoint);
      if (bytes + size > bytesMax) {
        texts.add(TranscriptJson.text(text.substring(start, i)));
        start = i;
        bytes = 0;
      }
      bytes += size;
    }
    texts.add(TranscriptJson.text(text.substring(start)));
    return texts;
  }

  private static int utf8Bytes(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
}
