package dev.parley.api.openai.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import dev.parley.model.Content;
import dev.parley.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts the content of messages to parts. */
final class Parts {
  private static final byte[] EMPTY_ARRAY = {'[', ']'};
  private static final String TEXT = "text";
  private static final String OUTPUT_TEXT = "output_text";
  private static final String REFUSAL = "refusal";
  private static final String ANNOTATIONS = "annotations";

  private Parts() {}

  /** The parts of a text. */
  static byte[] ofText(Role role, byte[] quoted) {
    return JsonBuilder.array(List.of(text(role, quoted)));
  }

  /** The parts of content that was written through this API. */
  static byte[] ofOwn(Role role, Content content) {
    return content.isBlocks() ? content.utf8() : ofText(role, quoted(content));
  }

  /** The parts as they are returned. The Java client requires the annotations of output text. */
  static byte[] complete(Role role, byte[] parts) {
    return role == Role.ASSISTANT ? withAnnotations(parts) : parts;
  }

  private static byte[] withAnnotations(byte[] parts) {
    List<byte[]> complete = new ArrayList<>();
    for (byte[] part : JsonMembers.elements(parts)) {
      JsonMembers members = JsonMembers.of(part);
      boolean lacks = OUTPUT_TEXT.equals(members.string("type")) && !members.has(ANNOTATIONS);
      complete.add(lacks ? withAnnotations(members) : part);
    }
    return JsonBuilder.array(complete);
  }

  private static byte[] withAnnotations(JsonMembers part) {
    JsonBuilder out = new JsonBuilder();
    part.addTo(out, Set.of(ANNOTATIONS));
    return out.raw(ANNOTATIONS, EMPTY_ARRAY).end();
  }

  /**
   * The parts of content that another API wrote. The Agents SDK fails on parts of unknown types, so
   * they become text with the JSON of the block.
   */
  static byte[] ofOther(Role role, Content content) {
    if (!content.isBlocks()) {
      return ofText(role, quoted(content));
    }
    List<byte[]> parts = new ArrayList<>();
    for (byte[] block : JsonMembers.elements(content.utf8())) {
      parts.add(ofOther(role, block));
    }
    return complete(role, JsonBuilder.array(parts));
  }

  private static byte[] ofOther(Role role, byte[] block) {
    JsonMembers members = JsonMembers.of(block);
    String type = members.has("type") ? members.string("type") : TEXT;
    boolean hasText = members.is(TEXT, JsonToken.VALUE_STRING);
    if (TEXT.equals(type) && hasText) {
      return text(role, Objects.requireNonNull(members.value(TEXT)));
    }
    return isPart(role, type, members) ? block : text(role, quoted(block));
  }

  private static boolean isPart(Role role, @Nullable String type, JsonMembers part) {
    if (type == null) {
      return false;
    }
    if (role == Role.ASSISTANT) {
      return (type.equals(OUTPUT_TEXT) && part.is(TEXT, JsonToken.VALUE_STRING))
          || (type.equals(REFUSAL) && part.is(REFUSAL, JsonToken.VALUE_STRING));
    }
    return switch (type) {
      case "input_text" -> part.is(TEXT, JsonToken.VALUE_STRING);
      case "input_image", "input_file" -> role == Role.USER;
      default -> false;
    };
  }

  private static byte[] text(Role role, byte[] quoted) {
    boolean output = role == Role.ASSISTANT;
    JsonBuilder part =
        new JsonBuilder().string("type", output ? OUTPUT_TEXT : "input_text").raw(TEXT, quoted);
    if (output) {
      part.raw(ANNOTATIONS, EMPTY_ARRAY).raw("logprobs", EMPTY_ARRAY);
    }
    return part.end();
  }

  /** The text of a tool's result that another API wrote. */
  static byte[] output(Content content) {
    if (!content.isBlocks()) {
      return quoted(content);
    }
    List<byte[]> blocks = JsonMembers.elements(content.utf8());
    StringBuilder texts = new StringBuilder();
    for (byte[] block : blocks) {
      JsonMembers members = JsonMembers.of(block);
      String text = members.string(TEXT);
      if (text == null) {
        text = members.string("content");
      }
      if (text == null) {
        return quoted(content);
      }
      texts.append(text);
    }
    return quoted(texts.toString().getBytes(UTF_8));
  }

  private static byte[] quoted(Content text) {
    return quoted(text.utf8());
  }

  private static byte[] quoted(byte[] utf8) {
    return JsonBuilder.quoted(utf8);
  }
}
