package dev.parley.app.cli.transcript.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.proto.v1.Session;
import org.jspecify.annotations.Nullable;

/**
 * Builds a session from a record of another program. A text that is too long for its field is cut,
 * and the whole text goes into the metadata.
 */
public final class ForeignSession {
  private static final int SHORT_MAX = 64;

  private final Session.Builder session = Session.newBuilder();
  private final ObjectNode metadata = TranscriptJson.object();
  private final ObjectNode whole = TranscriptJson.object();

  /** Starts a session. A key that the server would reject is changed. */
  public ForeignSession(String key) {
    session.setKey(FieldText.name(key));
    keepIfCut("key", key, session.getKey());
  }

  /** The key, as it is stored. */
  public String key() {
    return session.getKey();
  }

  /** Sets the label, unless the value is not a text. */
  public ForeignSession label(@Nullable JsonNode label) {
    if (label != null && label.isTextual()) {
      session.setLabel(FieldText.cut(label.textValue(), FieldText.CHARACTERS_MAX));
      keepIfCut("label", label.textValue(), session.getLabel());
    }
    return this;
  }

  /** Sets the chat type, unless the value is not a text. */
  public ForeignSession chatType(@Nullable JsonNode type) {
    if (type != null && type.isTextual()) {
      session.setChatType(shortName(type.textValue()));
      keepIfCut("chatType", type.textValue(), session.getChatType());
    }
    return this;
  }

  /** Sets the last channel, unless the value is not a text. */
  public ForeignSession lastChannel(@Nullable JsonNode channel) {
    if (channel != null && channel.isTextual()) {
      session.setLastChannel(shortName(channel.textValue()));
      keepIfCut("lastChannel", channel.textValue(), session.getLastChannel());
    }
    return this;
  }

  /** Sets the origin, unless the value is not an object. */
  public ForeignSession origin(@Nullable JsonNode origin) {
    if (origin != null && origin.isObject()) {
      session.setOrigin(TranscriptJson.json(origin));
    }
    return this;
  }

  /** Sets the times, which only an import into a store keeps. */
  public ForeignSession times(@Nullable Timestamp created, @Nullable Timestamp updated) {
    if (created != null) {
      session.setCreateTime(created);
    }
    if (updated != null) {
      session.setUpdateTime(updated);
    }
    return this;
  }

  /** Marks the session as an archive with this number of messages. */
  public ForeignSession archive(Timestamp time, long messages) {
    session.setArchiveTime(time).setMessageCount(messages);
    return this;
  }

  /** The mark that archives the session with this key. */
  public static ImportLine archivedMark(String key) {
    return ImportLine.newBuilder().setKey(key).setArchived(true).build();
  }

  /** Adds members to the metadata, if there are any. */
  public ForeignSession keep(String name, ObjectNode members) {
    if (!members.isEmpty()) {
      metadata.set(name, members);
    }
    return this;
  }

  /**
   * Passes the session to a sink.
   *
   * @param repair what was changed; null if nothing was, except for texts that were cut
   */
  public void sendTo(RecordSink sink, Location at, @Nullable String repair) {
    if (!whole.isEmpty()) {
      metadata.set(MetadataNames.IMPORT, whole);
    }
    if (!metadata.isEmpty()) {
      session.setMetadata(TranscriptJson.json(metadata));
    }
    String cut =
        whole.isEmpty()
            ? null
            : "A text of the session is too long or has control" + " characters.";
    sink.take(
        ImportLine.newBuilder().setSession(session).build(), at, repair == null ? cut : repair);
  }

  private static String shortName(String text) {
    String printable =
        text.codePoints().anyMatch(Character::isISOControl) ? FieldText.withSuffix(text, "") : text;
    return FieldText.cut(printable, SHORT_MAX);
  }

  private void keepIfCut(String name, String text, String stored) {
    if (!stored.equals(text)) {
      whole.put(name, text);
    }
  }
}
