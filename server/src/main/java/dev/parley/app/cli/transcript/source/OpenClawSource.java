package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import dev.parley.app.cli.transcript.conversation.Branches;
import dev.parley.app.cli.transcript.conversation.Transcript;
import dev.parley.app.cli.transcript.record.ForeignContent;
import dev.parley.app.cli.transcript.record.ForeignMessage;
import dev.parley.app.cli.transcript.record.ForeignSession;
import dev.parley.app.cli.transcript.record.JsonLines;
import dev.parley.app.cli.transcript.record.MetadataNames;
import dev.parley.app.cli.transcript.record.RawRecord;
import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import dev.parley.app.cli.transcript.record.Times;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.proto.v1.ChatMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads transcripts of OpenClaw, and those of pi and omp, which have the same format. The keys come
 * from {@code sessions.json}; a transcript that it does not list gets its file name as key. Members
 * of a message other than role and content go into its metadata, and so do the records that are not
 * messages. Each branch of a transcript is a session.
 */
final class OpenClawSource implements SessionSource {
  private static final Map<String, ChatMessage.Role> ROLES =
      Map.of(
          "user", ChatMessage.Role.USER,
          "assistant", ChatMessage.Role.ASSISTANT,
          "system", ChatMessage.Role.SYSTEM,
          "developer", ChatMessage.Role.DEVELOPER,
          "tool", ChatMessage.Role.TOOL,
          "toolResult", ChatMessage.Role.TOOL);

  /** A transcript that was reset or deleted: {@code ID.jsonl.reset.TIME}. */
  private static final Pattern ARCHIVE =
      Pattern.compile("(?<stem>.+)\\.jsonl\\.(?<why>reset|deleted)\\.(?<time>.+)");

  private static final Pattern ARCHIVE_TIME =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)T(\\d\\d)-(\\d\\d)-(\\d\\d.*)");

  private final Map<Path, OpenClawIndex> indexes = new HashMap<>();

  @Override
  public boolean recognizes(FileHead head) {
    return head.baseName().equals(OpenClawIndex.NAME)
        || head.any(
            record ->
                (record.text("type").equals("session") && record.has("id"))
                    || (record.text("type").equals("message") && record.has("message.role")));
  }

  @Override
  public void read(SourceFile file, RecordSink sink) throws IOException {
    if (file.baseName().equals(OpenClawIndex.NAME)) {
      OpenClawIndex.read(file, sink);
      return;
    }
    Transcript transcript = new Transcript();
    JsonLines.read(file, sink, transcript::add);
    Path folder = file.path().toAbsolutePath().getParent();
    OpenClawIndex index =
        folder == null
            ? OpenClawIndex.of(Path.of(""))
            : indexes.computeIfAbsent(folder, OpenClawIndex::of);
    OpenClawIndex.Entry entry = index.of(file.baseName());
    if (entry == null && !index.isEmpty() && !ARCHIVE.matcher(file.baseName()).matches()) {
      sink.repaired(
          file.at(0), "sessions.json does not list the transcript. The key is the file name.");
    }
    send(file, transcript, entry, sink);
  }

  private static void send(
      SourceFile file,
      Transcript transcript,
      OpenClawIndex.@Nullable Entry entry,
      RecordSink sink) {
    Matcher archive = ARCHIVE.matcher(file.baseName());
    boolean archived = archive.matches();
    String stem = archived ? archive.group("stem") : file.stem();
    String key = entry == null ? stem : entry.key();
    Branches branches = new Branches(transcript.tree(), transcript.records());
    for (Branches.Path path : branches.paths(transcript.size() - 1)) {
      ForeignSession session = session(path.key(key), entry, transcript, branches.rest());
      Timestamp end = archived ? archiveTime(archive.group("time"), transcript) : null;
      if (end != null) {
        session.archive(end, path.messages().size());
      }
      session.sendTo(sink, file.at(0), null);
      for (int i : path.messages()) {
        message(transcript.records().get(i), branches.entries(i)).sendTo(sink, session.key());
      }
      if (archived) {
        sink.take(ForeignSession.archivedMark(session.key()), file.at(0), null);
      }
    }
  }

  private static ForeignSession session(
      String key, OpenClawIndex.@Nullable Entry entry, Transcript transcript, List<JsonNode> rest) {
    ForeignSession session = new ForeignSession(key);
    ObjectNode kept = TranscriptJson.object();
    if (!rest.isEmpty()) {
      kept.putArray("entries").addAll(rest);
    }
    if (transcript.header() != null) {
      kept.set("session", transcript.header());
    }
    Timestamp updated = transcript.lastTime();
    if (entry != null) {
      ObjectNode index = entry.json().deepCopy();
      session
          .label(index.remove("label"))
          .chatType(index.remove("chatType"))
          .lastChannel(index.remove("lastChannel"))
          .origin(entry.json().get("origin"));
      if (entry.json().path("origin").isObject()) {
        index.remove("origin");
      }
      kept.set("index", index);
      Timestamp told = Times.of(entry.json().get("updatedAt"));
      updated = told == null ? updated : told;
    }
    return session.times(transcript.startTime(), updated).keep(MetadataNames.OPENCLAW, kept);
  }

  private static Timestamp archiveTime(String text, Transcript transcript) {
    Matcher time = ARCHIVE_TIME.matcher(text);
    Timestamp named =
        time.matches()
            ? Times.of(
                TranscriptJson.MAPPER
                    .getNodeFactory()
                    .textNode(
                        "%sT%s:%s:%s"
                            .formatted(time.group(1), time.group(2), time.group(3), time.group(4))))
            : null;
    Timestamp last = named == null ? transcript.lastTime() : named;
    return last == null ? Times.of(Instant.EPOCH) : last;
  }

  private static ForeignMessage message(RawRecord record, List<JsonNode> entries) {
    JsonNode line = record.json();
    ForeignMessage message =
        new ForeignMessage(record).id(line.get("id"), "openclaw").time(Transcript.time(line));
    entries.forEach(message::entry);
    if (!(line.get("message") instanceof ObjectNode json)) {
      return message.role(line.get("role"), ROLES).content(ForeignContent.of(line.get("content")));
    }
    message.role(json.get("role"), ROLES);
    ForeignContent content = ForeignContent.of(json.get("content"));
    boolean isUser = json.path("role").asText().equals("user");
    ObjectNode rest = json.deepCopy();
    rest.remove(List.of("role", "content", "timestamp"));
    return message
        .content(isUser ? content : content.withoutSingleBlock())
        .keep(MetadataNames.OPENCLAW, rest);
  }
}
