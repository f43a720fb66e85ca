package dev.parley.app.cli.transcript.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.record.FieldText;
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
import dev.parley.app.cli.transcript.source.ImportLines.InvalidLineException;
import dev.parley.proto.v1.ChatMessage;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the files that {@code parley export} writes. A message or session with a field that is not
 * valid is repaired if its session key is valid.
 */
final class ParleySource implements SessionSource {
  private static final Map<String, ChatMessage.Role> ROLES =
      Stream.of(ChatMessage.Role.values())
          .filter(role -> role.name().matches("USER|ASSISTANT|SYSTEM|TOOL|DEVELOPER"))
          .collect(Collectors.toMap(Enum::name, role -> role));

  @Override
  public boolean recognizes(FileHead head) {
    return head.any(
        record ->
            record.has("session.key")
                || (record.has("key")
                    && (record.has("message")
                        || record.has("run")
                        || record.has("retrievedContext")
                        || record.has("archived"))));
  }

  @Override
  public void read(SourceFile file, RecordSink sink) throws IOException {
    JsonLines.read(file, sink, record -> read(record, sink));
  }

  private static void read(RawRecord record, RecordSink sink) {
    String invalid = "";
    try {
      ImportLine line = ImportLines.read(record.text(), record.at().line());
      if (record.repair() == null || !(line.hasMessage() || line.hasSession())) {
        sink.take(withClientTime(line), record.at(), record.repair());
        return;
      }
    } catch (InvalidLineException e) {
      invalid = String.valueOf(e.getMessage());
    }
    JsonNode key = record.json().path("key");
    if (key.isTextual()
        && FieldText.isName(key.textValue())
        && record.json().get("message") instanceof ObjectNode message) {
      repair(record, message, invalid).sendTo(sink, key.textValue());
    } else if (record.json().get("session") instanceof ObjectNode session
        && FieldText.isName(session.path("key").asText())) {
      repairSession(record, session, sink, invalid);
    } else {
      sink.skip(record.at(), invalid, record.text());
    }
  }

  /** The time when an exported message was stored is when it was written. */
  private static ImportLine withClientTime(ImportLine line) {
    ChatMessage message = line.getMessage();
    return message.hasClientTime() || !message.hasCreateTime()
        ? line
        : line.toBuilder()
            .setMessage(message.toBuilder().setClientTime(message.getCreateTime()))
            .build();
  }

  private static ForeignMessage repair(RawRecord record, ObjectNode message, String invalid) {
    ForeignMessage repaired = new ForeignMessage(record);
    if (!invalid.isEmpty()) {
      repaired.repair(invalid);
    }
    repaired
        .id(message.get("messageId"), "import")
        .role(message.get("role"), ROLES)
        .content(ForeignContent.of(message.get("content")))
        .time(Times.of(message.get(message.has("clientTime") ? "clientTime" : "createTime")));
    if (message.get("metadata") instanceof ObjectNode metadata) {
      repaired.metadata(metadata);
    }
    return repaired;
  }

  /** The session keeps its key. The other fields are only in its metadata. */
  private static void repairSession(
      RawRecord record, ObjectNode session, RecordSink sink, String invalid) {
    ObjectNode kept = TranscriptJson.object();
    record.addTo(kept);
    new ForeignSession(session.get("key").asText())
        .label(session.get("label"))
        .keep(MetadataNames.IMPORT, kept)
        .sendTo(sink, record.at(), invalid.isEmpty() ? record.repair() : invalid);
  }
}
