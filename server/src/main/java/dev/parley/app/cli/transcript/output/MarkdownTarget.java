package dev.parley.app.cli.transcript.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.parley.app.cli.transcript.record.MetadataNames;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.regex.Pattern;

/** Writes conversations as Markdown, for people. Text is written as it is, other blocks as JSON. */
public final class MarkdownTarget implements SessionTarget {
  private static final Pattern BACKTICKS = Pattern.compile("`+");
  private static final int FENCE_MIN = 3;

  private final OutputStream out;

  /** Writes to {@code out} without closing it. */
  public MarkdownTarget(OutputStream out) {
    this.out = out;
  }

  @Override
  public void begin(Session session) throws IOException {
    String title = session.getLabel().isBlank() ? session.getKey() : session.getLabel();
    write("# " + line(title) + "\n\n");
    write("- Key: " + line(session.getKey()) + "\n");
    write("- Session: " + session.getSessionId() + "\n");
    write("- Created: " + Timestamps.toString(session.getCreateTime()) + "\n");
    write("- Updated: " + Timestamps.toString(session.getUpdateTime()) + "\n");
    if (session.hasArchiveTime()) {
      write("- Archived: " + Timestamps.toString(session.getArchiveTime()) + "\n");
    }
    write("\n");
  }

  @Override
  public void message(Session session, ChatMessage message) throws IOException {
    Timestamp time = message.hasClientTime() ? message.getClientTime() : message.getCreateTime();
    String role = message.getRole().name();
    String name = role.charAt(0) + role.substring(1).toLowerCase(Locale.ROOT);
    write("## " + name + " · " + Timestamps.toString(time) + "\n\n");
    if (message.getContent().hasBlocks()) {
      for (JsonNode block : TranscriptJson.tree(message.getContent().getBlocks())) {
        block(block);
      }
    } else {
      write(message.getContent().getText() + "\n\n");
    }
  }

  private void block(JsonNode block) throws IOException {
    if (TranscriptJson.isPlainText(block)) {
      write(TranscriptJson.string(block.get("text")) + "\n\n");
    } else if (block.path("type").asText().equals(MetadataNames.TOOL_USE)) {
      write("Tool call: " + line(TranscriptJson.string(block.path("name"))) + "\n\n");
      fenced(TranscriptJson.text(block.path("input")));
    } else {
      fenced(TranscriptJson.text(block));
    }
  }

  /** Writes JSON in a code block whose fence is longer than every run of backticks in it. */
  private void fenced(String json) throws IOException {
    int longest =
        BACKTICKS.matcher(json).results().mapToInt(run -> run.group().length()).max().orElse(0);
    String fence = "`".repeat(Math.max(FENCE_MIN, longest + 1));
    write(fence + "json\n" + json + "\n" + fence + "\n\n");
  }

  private static String line(String text) {
    return text.replaceAll("\\R", " ");
  }

  @Override
  public void end(Session session) {}

  @Override
  public void finish() throws IOException {
    out.flush();
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(UTF_8));
  }
}
