package dev.parley.app.cli.transcript.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.parley.app.cli.transcript.record.RawRecord;
import dev.parley.app.cli.transcript.record.Times;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of a transcript of OpenClaw, with their parents. */
public final class Transcript {
  private final List<RawRecord> records = new ArrayList<>();
  private final List<Integer> parents = new ArrayList<>();
  private final BitSet messages = new BitSet();
  private final Map<String, Integer> byId = new HashMap<>();
  private @Nullable JsonNode header;
  private @Nullable Timestamp last;

  /**
   * Adds the next record. The parent of a record without one, or whose parent was lost, is the
   * record before it, so that a damaged line does not cut a conversation in two.
   */
  public void add(RawRecord record) {
    JsonNode json = record.json();
    String type = json.path("type").asText();
    if (type.equals("session") && header == null) {
      header = json;
      return;
    }
    int index = records.size();
    JsonNode parentId = json.path("parentId");
    int parent =
        parentId.isNull() && json.hasNonNull("id")
            ? -1
            : byId.getOrDefault(parentId.asText(), index - 1);
    records.add(record);
    parents.add(parent);
    messages.set(index, type.equals("message"));
    if (json.path("id").isTextual()) {
      byId.put(json.get("id").textValue(), index);
    }
    Timestamp time = time(json);
    if (time != null && (last == null || Timestamps.compare(time, last) > 0)) {
      last = time;
    }
  }

  /** When a record was written, if it says so. */
  public static @Nullable Timestamp time(JsonNode json) {
    Timestamp time = Times.of(json.path("message").get("timestamp"));
    return time == null ? Times.of(json.get("timestamp")) : time;
  }

  /** The number of records, without the header. */
  public int size() {
    return records.size();
  }

  /** The records, without the header. */
  public List<RawRecord> records() {
    return records;
  }

  /** The first record of the type {@code session}, if there is one. */
  public @Nullable JsonNode header() {
    return header;
  }

  /** When the transcript was begun, if it says so. */
  public @Nullable Timestamp startTime() {
    return header == null ? null : Times.of(header.get("timestamp"));
  }

  /** The latest time of a record, if any has one. */
  public @Nullable Timestamp lastTime() {
    return last;
  }

  /** The tree of the records. */
  public RecordTree tree() {
    return new RecordTree(parents.stream().mapToInt(Integer::intValue).toArray(), messages);
  }
}
