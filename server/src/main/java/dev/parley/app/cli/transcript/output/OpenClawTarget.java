package dev.parley.app.cli.transcript.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.parley.app.cli.backup.PartialFile;
import dev.parley.app.cli.transcript.record.MetadataNames;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.Session;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes transcripts of OpenClaw: one JSON Lines file per session, named after its id, and {@code
 * sessions.json} with the keys.
 */
public final class OpenClawTarget implements SessionTarget {
  private static final String INDEX = "sessions.json";
  private static final int VERSION = 3;

  private final Path folder;
  private final boolean force;
  private final ObjectNode index = TranscriptJson.object();
  private @Nullable PartialFile file;
  private @Nullable OutputStream out;
  private @Nullable String parent;

  /**
   * Writes into an existing folder.
   *
   * @param force whether existing files may be replaced
   */
  public OpenClawTarget(Path folder, boolean force) {
    this.folder = folder;
    this.force = force;
  }

  @Override
  public void begin(Session session) throws IOException {
    file = PartialFile.begin(folder.resolve(session.getSessionId() + ".jsonl"), force);
    out = new BufferedOutputStream(file.out());
    parent = null;
    write(
        TranscriptJson.object()
            .put("type", "session")
            .put("version", VERSION)
            .put("id", session.getSessionId())
            .put("timestamp", Timestamps.toString(session.getCreateTime()))
            .put("cwd", "."));
  }

  @Override
  public void message(Session session, ChatMessage message) throws IOException {
    ObjectNode messageJson = TranscriptJson.object();
    messageJson.put("role", role(message.getRole()));
    messageJson.set("content", content(message));
    Timestamp time = message.hasClientTime() ? message.getClientTime() : message.getCreateTime();
    messageJson.put("timestamp", Timestamps.toMillis(time));
    ObjectNode kept = TranscriptJson.kept(message.getMetadata(), MetadataNames.OPENCLAW);
    if (kept != null) {
      messageJson.setAll(kept);
    }
    ObjectNode line = TranscriptJson.object();
    line.put("type", "message").put("id", message.getMessageId()).put("parentId", parent);
    line.put("timestamp", Timestamps.toString(time));
    line.set("message", messageJson);
    write(line);
    parent = message.getMessageId();
  }

  private static String role(ChatMessage.Role role) {
    return switch (role) {
      case USER -> "user";
      case ASSISTANT -> "assistant";
      case TOOL -> "toolResult";
      case SYSTEM, DEVELOPER, ROLE_UNSPECIFIED, UNRECOGNIZED -> "system";
    };
  }

  /** Messages of users contain plain text, all others contain blocks. */
  private static JsonNode content(ChatMessage message) {
    Content content = message.getContent();
    if (content.hasBlocks()) {
      return TranscriptJson.tree(content.getBlocks());
    }
    if (message.getRole() == ChatMessage.Role.USER) {
      return TranscriptJson.MAPPER.getNodeFactory().textNode(content.getText());
    }
    return TranscriptJson.MAPPER
        .createArrayNode()
        .add(TranscriptJson.object().put("type", "text").put("text", content.getText()));
  }

  @Override
  public void end(Session session) throws IOException {
    PartialFile whole = open();
    stream().flush();
    whole.sync();
    whole.publish();
    whole.close();
    file = null;
    ObjectNode entry = index.putObject(session.getKey());
    entry.put("sessionId", session.getSessionId());
    entry.put("updatedAt", Timestamps.toMillis(session.getUpdateTime()));
    entry.put("sessionFile", session.getSessionId() + ".jsonl");
    if (session.hasLabel()) {
      entry.put("label", session.getLabel());
    }
    if (session.hasChatType()) {
      entry.put("chatType", session.getChatType());
    }
    if (session.hasLastChannel()) {
      entry.put("lastChannel", session.getLastChannel());
    }
    if (session.hasOrigin()) {
      entry.set("origin", TranscriptJson.tree(session.getOrigin()));
    }
  }

  @Override
  public void finish() throws IOException {
    try (PartialFile all = PartialFile.begin(folder.resolve(INDEX), force)) {
      all.out().write(TranscriptJson.text(index).getBytes(UTF_8));
      all.sync();
      all.publish();
    }
  }

  private void write(ObjectNode line) throws IOException {
    stream().write(TranscriptJson.text(line).getBytes(UTF_8));
    stream().write('\n');
  }

  private PartialFile open() {
    if (file == null) {
      throw new IllegalStateException("begin() was not called.");
    }
    return file;
  }

  private OutputStream stream() {
    if (out == null) {
      throw new IllegalStateException("begin() was not called.");
    }
    return out;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
