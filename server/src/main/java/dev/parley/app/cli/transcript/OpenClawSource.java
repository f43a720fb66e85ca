package dev.parley.app.cli.transcript;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.api.json.Surrogates;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads transcripts of OpenClaw: the sessions that {@code sessions.json} lists, with their messages
 * in the order of the file. Members of a message other than role and content go into its metadata.
 * Lines of other types are skipped.
 */
final class OpenClawSource implements SessionSource {
  private final Path folder;

  public OpenClawSource(Path folder) {
    this.folder = folder;
  }

  @Override
  public void read(Reader reader) throws IOException {
    JsonNode index = parse(Files.readString(folder.resolve(OpenClawTarget.INDEX)), "sessions.json");
    if (!index.isObject()) {
      throw new TranscriptException("sessions.json is not a JSON object.");
    }
    for (Map.Entry<String, JsonNode> entry : index.properties()) {
      read(Surrogates.replaceUnpaired(entry.getKey()), entry.getValue(), reader);
    }
  }

  private void read(String key, JsonNode entry, Reader reader) throws IOException {
    String name = entry.path("sessionFile").asText(entry.path("sessionId").asText() + ".jsonl");
    // The index contains a full path, but the file is in the same folder as the index.
    Path file = folder.resolve(Path.of(name).getFileName());
    if (!Files.isRegularFile(file)) {
      throw new TranscriptException("The transcript " + file + " of " + key + " does not exist.");
    }
    reader.take(ImportLine.newBuilder().setSession(session(key, entry)).build(), name, 1);
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      long number = 0;
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        number++;
        if (text.isBlank()) {
          continue;
        }
        JsonNode line = parse(text, name + ", line " + number);
        if (line.path("type").asText().equals("message")) {
          ChatMessage message = message(line, name + ", line " + number, number);
          reader.take(
              ImportLine.newBuilder().setKey(key).setMessage(message).build(), name, number);
        }
      }
    }
  }

  private static Session session(String key, JsonNode entry) {
    Session.Builder session = Session.newBuilder().setKey(key);
    if (entry.path("label").isTextual()) {
      session.setLabel(TranscriptJson.string(entry.get("label")));
    }
    if (entry.path("chatType").isTextual()) {
      session.setChatType(TranscriptJson.string(entry.get("chatType")));
    }
    if (entry.path("lastChannel").isTextual()) {
      session.setLastChannel(TranscriptJson.string(entry.get("lastChannel")));
    }
    if (entry.path("origin").isObject()) {
      session.setOrigin(TranscriptJson.json(entry.get("origin")));
    }
    return session.build();
  }

  private static ChatMessage message(JsonNode line, String location, long number) {
    if (!(line.get("message") instanceof ObjectNode messageJson)) {
      throw new TranscriptException(location + " has no message.");
    }
    ObjectNode rest = messageJson.deepCopy();
    rest.remove("role");
    rest.remove("content");
    rest.remove("timestamp");
    ChatMessage.Builder message =
        ChatMessage.newBuilder()
            .setMessageId(Surrogates.replaceUnpaired(line.path("id").asText("openclaw-" + number)))
            .setRole(role(messageJson.path("role").asText(), location));
    message.setContent(content(messageJson.path("content"), message.getRole(), location));
    if (!rest.isEmpty()) {
      message.setMetadata(TranscriptJson.keeping(OpenClawTarget.KEPT, rest));
    }
    return message.build();
  }

  private static ChatMessage.Role role(String role, String location) {
    return switch (role) {
      case "user" -> ChatMessage.Role.USER;
      case "assistant" -> ChatMessage.Role.ASSISTANT;
      case "toolResult" -> ChatMessage.Role.TOOL;
      case "system" -> ChatMessage.Role.SYSTEM;
      case "developer" -> ChatMessage.Role.DEVELOPER;
      default -> throw new TranscriptException(location + " has an unknown role: " + role);
    };
  }

  private static Content content(JsonNode content, ChatMessage.Role role, String location) {
    if (content.isTextual()) {
      return TranscriptJson.text(content.asText());
    }
    if (!(content instanceof ArrayNode blocks)) {
      throw new TranscriptException(location + " has content that is neither text nor blocks.");
    }
    boolean bareText =
        role != ChatMessage.Role.USER
            && blocks.size() == 1
            && TranscriptJson.isPlainText(blocks.get(0));
    return bareText
        ? TranscriptJson.text(blocks.get(0).get("text").asText())
        : TranscriptJson.blocks(blocks);
  }

  private static JsonNode parse(String text, String location) {
    try {
      return TranscriptJson.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new TranscriptException(location + " is not valid JSON.");
    }
  }
}
