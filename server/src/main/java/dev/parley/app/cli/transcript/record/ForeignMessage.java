package dev.parley.app.cli.transcript.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.proto.v1.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds a message from a record of another program. Whatever does not fit is changed so that it
 * fits. The metadata of a changed message contains the reasons and the original record.
 */
public final class ForeignMessage {
  private final RawRecord record;
  private final ChatMessage.Builder message = ChatMessage.newBuilder();
  private final ObjectNode metadata = TranscriptJson.object();
  private final ArrayNode entries = TranscriptJson.MAPPER.createArrayNode();
  private final List<String> repairs = new ArrayList<>();

  /** Starts a message. Its role and content must be set. */
  public ForeignMessage(RawRecord record) {
    this.record = record;
    if (record.repair() != null) {
      repairs.add(record.repair());
    }
  }

  /**
   * Sets the id. An absent one is derived from the record and its position, so that it is the same
   * each time the file is read.
   *
   * @param prefix the beginning of a derived id
   */
  public ForeignMessage id(@Nullable JsonNode id, String prefix) {
    if (id != null && id.isTextual() && FieldText.isName(id.textValue())) {
      message.setMessageId(id.textValue());
      return this;
    }
    if (id != null && !id.isMissingNode() && !id.isNull()) {
      repair("The id cannot be used.");
    }
    String hash = FieldText.hash(record.text());
    message.setMessageId(prefix + "-" + record.at().line() + "-" + hash);
    return this;
  }

  /** Sets the role. A role that is not in {@code known} becomes {@code TOOL}. */
  public ForeignMessage role(@Nullable JsonNode role, Map<String, ChatMessage.Role> known) {
    if (role == null || role.isMissingNode() || role.isNull()) {
      repair("The role is absent.");
      return role(ChatMessage.Role.TOOL);
    }
    ChatMessage.Role found = known.get(role.asText());
    if (found == null) {
      repair("The role " + shown(role) + " is unknown.");
      return role(ChatMessage.Role.TOOL);
    }
    return role(found);
  }

  private static String shown(JsonNode role) {
    return FieldText.cut(TranscriptJson.text(role), 80);
  }

  /** Sets the role. */
  public ForeignMessage role(ChatMessage.Role role) {
    message.setRole(role);
    return this;
  }

  /** Sets the content. */
  public ForeignMessage content(ForeignContent content) {
    message.setContent(content.content());
    if (content.repair() != null) {
      repair(content.repair());
    }
    return this;
  }

  /** Sets the time when the message was written. */
  public ForeignMessage time(@Nullable Timestamp time) {
    if (time != null) {
      message.setClientTime(time);
    }
    return this;
  }

  /** Adds members to the metadata, if there are any. */
  public ForeignMessage keep(String name, ObjectNode members) {
    if (!members.isEmpty()) {
      metadata.set(name, members);
    }
    return this;
  }

  /** Adds all members of an object to the metadata. */
  public ForeignMessage metadata(ObjectNode members) {
    metadata.setAll(members);
    return this;
  }

  /** Adds a record of the file that is not a message to the metadata. */
  public ForeignMessage entry(JsonNode entry) {
    entries.add(entry);
    return this;
  }

  /** Notes a change. The original record goes into the metadata. */
  public ForeignMessage repair(String reason) {
    repairs.add(reason);
    return this;
  }

  /** The message. */
  public ChatMessage build() {
    ObjectNode changes = TranscriptJson.object();
    if (!repairs.isEmpty()) {
      ArrayNode reasons = changes.putArray("reasons");
      repairs.forEach(reasons::add);
      record.addTo(changes);
    }
    if (!entries.isEmpty()) {
      changes.set("entries", entries);
    }
    if (!changes.isEmpty()) {
      metadata.set(MetadataNames.IMPORT, changes);
    }
    if (!metadata.isEmpty()) {
      message.setMetadata(TranscriptJson.json(metadata));
    }
    return message.build();
  }

  /** Passes the message to a sink. */
  public void sendTo(RecordSink sink, String key) {
    ImportLine line = ImportLine.newBuilder().setKey(key).setMessage(build()).build();
    sink.take(line, record.at(), repairs.isEmpty() ? null : String.join(" ", repairs));
  }
}
