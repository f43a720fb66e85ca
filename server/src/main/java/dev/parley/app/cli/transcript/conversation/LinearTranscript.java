package dev.parley.app.cli.transcript.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.parley.app.cli.transcript.record.ForeignMessage;
import dev.parley.app.cli.transcript.record.ForeignSession;
import dev.parley.app.cli.transcript.record.RecordSink;
import dev.parley.app.cli.transcript.record.SourceFile;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session that is one sequence of records. A record that is not a message goes into the metadata
 * of the message that follows it; after the last message, into the metadata of that one.
 */
public final class LinearTranscript {
  private final String format;
  private final List<ForeignMessage> messages = new ArrayList<>();
  private final List<JsonNode> entries = new ArrayList<>();
  private final ObjectNode metadata = TranscriptJson.object();
  private @Nullable JsonNode label;
  private @Nullable Timestamp first;
  private @Nullable Timestamp last;

  /**
   * Starts a session.
   *
   * @param format the name of the format in the metadata
   */
  public LinearTranscript(String format) {
    this.format = format;
  }

  /** Adds a message. */
  public void message(ForeignMessage message, @Nullable Timestamp time) {
    entries.forEach(message::entry);
    entries.clear();
    messages.add(message);
    time(time);
  }

  /** Adds a record that is not a message. */
  public void entry(JsonNode entry) {
    entries.add(entry);
  }

  /** Adds a member to the metadata of the session. */
  public void keep(String name, JsonNode value) {
    metadata.set(name, value);
  }

  /** Sets the label, unless the value is not a text. */
  public void label(@Nullable JsonNode value) {
    label = value;
  }

  /** The session existed at this time. */
  public void time(@Nullable Timestamp time) {
    if (time != null) {
      first = first == null || Timestamps.compare(time, first) < 0 ? time : first;
      last = last == null || Timestamps.compare(time, last) > 0 ? time : last;
    }
  }

  /** Whether nothing was added. */
  public boolean isEmpty() {
    return messages.isEmpty() && entries.isEmpty() && metadata.isEmpty();
  }

  /** Passes the session and its messages to a sink. */
  public void sendTo(RecordSink sink, SourceFile file, String key) {
    if (messages.isEmpty() && !entries.isEmpty()) {
      metadata.putArray("entries").addAll(entries);
    } else if (!messages.isEmpty()) {
      entries.forEach(messages.get(messages.size() - 1)::entry);
    }
    ForeignSession session =
        new ForeignSession(key).label(label).times(first, last).keep(format, metadata);
    session.sendTo(sink, file.at(0), null);
    messages.forEach(message -> message.sendTo(sink, session.key()));
  }
}
