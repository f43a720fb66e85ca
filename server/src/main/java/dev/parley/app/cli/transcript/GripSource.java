package dev.parley.app.cli.transcript;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.model.Sha256;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Reads session files of grip. Each file holds one session and is read into memory. Tool calls
 * become content blocks. Other members, such as {@code tool_call_id} and the summary, go into the
 * metadata. Messages get ids that are derived from their position and text.
 */
final class GripSource implements SessionSource {
  private static final int ID_BYTES = 8;

  private final Path folder;

  public GripSource(Path folder) {
    this.folder = folder;
  }

  @Override
  public void read(Reader reader) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      read(file, reader);
    }
  }

  private static void read(Path file, Reader reader) throws IOException {
    String name = file.getFileName().toString();
    JsonNode session = parse(file, name);
    String key = TranscriptJson.string(session.path("key"));
    if (key.isEmpty() || !session.path("messages").isArray()) {
      throw new TranscriptException(name + " has no key or no messages.");
    }
    Session.Builder imported = Session.newBuilder().setKey(key);
    if (session.path("summary").isTextual()) {
      ObjectNode kept = TranscriptJson.object().set("summary", session.get("summary"));
      imported.setMetadata(TranscriptJson.keeping(GripTarget.KEPT, kept));
    }
    reader.take(ImportLine.newBuilder().setSession(imported).build(), name, 1);
    long number = 0;
    for (JsonNode message : session.get("messages")) {
      number++;
      ChatMessage read = message(message, name + ", message " + number, number);
      reader.take(ImportLine.newBuilder().setKey(key).setMessage(read).build(), name, number);
    }
  }

  private static JsonNode parse(Path file, String name) throws IOException {
    try {
      return TranscriptJson.MAPPER.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new TranscriptException(name + " is not valid JSON.");
    }
  }

  private static ChatMessage message(JsonNode messageJson, String location, long number) {
    if (!(messageJson instanceof ObjectNode)) {
      throw new TranscriptException(location + " is not a JSON object.");
    }
    ChatMessage.Builder message =
        ChatMessage.newBuilder()
            .setMessageId(id(messageJson, number))
            .setRole(role(messageJson.path("role").asText(), location));
    ObjectNode rest = messageJson.deepCopy();
    rest.remove(List.of("role", "content"));
    if (messageJson.path("tool_calls") instanceof ArrayNode calls && !calls.isEmpty()) {
      rest.remove("tool_calls");
      message.setContent(TranscriptJson.blocks(blocks(messageJson.path("content"), calls)));
    } else {
      message.setContent(TranscriptJson.text(messageJson.path("content").asText("")));
    }
    if (!rest.isEmpty()) {
      message.setMetadata(TranscriptJson.keeping(GripTarget.KEPT, rest));
    }
    return message.build();
  }

  private static ArrayNode blocks(JsonNode content, ArrayNode calls) {
    ArrayNode blocks = TranscriptJson.MAPPER.createArrayNode();
    if (!content.asText("").isEmpty()) {
      blocks.addObject().put("type", "text").put("text", content.asText());
    }
    for (JsonNode call : calls) {
      ObjectNode block = blocks.addObject().put("type", GripTarget.TOOL_USE);
      block.set("id", call.path("id"));
      block.set("name", call.path("function_name"));
      block.set("input", call.path("arguments"));
    }
    return blocks;
  }

  private static ChatMessage.Role role(String role, String location) {
    return switch (role) {
      case "user", "assistant", "system", "developer", "tool" ->
          ChatMessage.Role.valueOf(role.toUpperCase(Locale.ROOT));
      default -> throw new TranscriptException(location + " has an unknown role: " + role);
    };
  }

  /** An id that is the same each time the file is read. */
  private static String id(JsonNode messageJson, long number) {
    byte[] hash = Sha256.of(messageJson.toString().getBytes(StandardCharsets.UTF_8)).bytes();
    return "grip-" + number + "-" + HexFormat.of().formatHex(hash, 0, ID_BYTES);
  }
}
