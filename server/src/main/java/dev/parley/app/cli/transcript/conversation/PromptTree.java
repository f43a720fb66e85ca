package dev.parley.app.cli.transcript.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.app.cli.transcript.record.RawRecord;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The records of a transcript of Claude Code as a tree. Records name their parents, but two records
 * with one parent are usually one conversation: results of parallel tool calls, for example. So a
 * record follows the one before it, except for a prompt whose parent was answered before. There the
 * user has gone back, and another branch begins.
 */
public final class PromptTree {
  private static final Set<String> IN_CONVERSATION = Set.of("user", "assistant");

  private final List<RawRecord> records = new ArrayList<>();
  private final List<Integer> parents = new ArrayList<>();
  private final BitSet messages = new BitSet();
  private final BitSet turns = new BitSet();
  private final List<Integer> named = new ArrayList<>();
  private final Map<String, Integer> byId = new HashMap<>();

  /** The records from the root to the last one. */
  private BitSet path = new BitSet();

  /** The kinds of records. */
  public enum Kind {
    /** What the user has written. */
    PROMPT,
    /** A message of the assistant. */
    REPLY,
    /** A result of a tool, or a message of the program. */
    OTHER_MESSAGE,
    /** A record that is not a message. */
    ENTRY
  }

  /** Adds the next record. */
  public void add(RawRecord record, Kind kind) {
    JsonNode json = record.json();
    int index = records.size();
    int parentNamed = byId.getOrDefault(json.path("parentUuid").asText(), -1);
    int parent = kind == Kind.PROMPT ? parentOfPrompt(json, parentNamed) : index - 1;
    if (parent != index - 1) {
      path = pathTo(parent);
    }
    records.add(record);
    parents.add(parent);
    named.add(parentNamed);
    path.set(index);
    messages.set(index, kind != Kind.ENTRY);
    turns.set(index, kind == Kind.PROMPT || kind == Kind.REPLY);
    if (json.path("uuid").isTextual()) {
      byId.putIfAbsent(json.get("uuid").textValue(), index);
    }
  }

  private int parentOfPrompt(JsonNode json, int parentNamed) {
    int last = records.size() - 1;
    boolean isSummary = json.path("isCompactSummary").asBoolean();
    if (json.path("parentUuid").isNull() && !isSummary) {
      return turns.isEmpty() ? last : -1;
    }
    int parent = parentNamed;
    // A message of the program can stand between a prompt and what it follows.
    while (parent >= 0 && !IN_CONVERSATION.contains(type(parent))) {
      parent = named.get(parent);
    }
    return parent < 0 || (path.get(parent) && !isAnswered(parent)) ? last : parent;
  }

  private String type(int record) {
    return records.get(record).json().path("type").asText();
  }

  /** Whether the user or the assistant has written something after a record of the last path. */
  private boolean isAnswered(int record) {
    for (int i = turns.nextSetBit(record + 1); i >= 0; i = turns.nextSetBit(i + 1)) {
      if (path.get(i)) {
        return true;
      }
    }
    return false;
  }

  private BitSet pathTo(int record) {
    BitSet found = new BitSet();
    // Parents come before their children, so there is no cycle.
    for (int i = record; i >= 0; i = parents.get(i)) {
      found.set(i);
    }
    return found;
  }

  /** The records in the order of the file. */
  public List<RawRecord> records() {
    return records;
  }

  /** The branches. The current one, which has the last record, is the first. */
  public Branches branches() {
    return new Branches(
        new RecordTree(parents.stream().mapToInt(Integer::intValue).toArray(), messages), records);
  }
}
