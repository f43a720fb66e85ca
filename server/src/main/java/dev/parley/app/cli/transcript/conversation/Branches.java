package dev.parley.app.cli.transcript.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.app.cli.transcript.record.FieldText;
import dev.parley.app.cli.transcript.record.RawRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The branches of a tree of records, each with its messages and with what belongs to them. */
public final class Branches {
  private final RecordTree tree;
  private final List<RawRecord> records;
  private final int[] owners;
  private final Map<Integer, List<JsonNode>> entries = new HashMap<>();

  /**
   * A branch.
   *
   * @param messages the positions of its messages
   * @param suffix the end of the session key; empty for the current branch
   */
  public record Path(List<Integer> messages, String suffix) {
    /** The key of the branch in a session with this key. */
    public String key(String key) {
      return suffix.isEmpty() ? key : FieldText.withSuffix(key, suffix);
    }
  }

  public Branches(RecordTree tree, List<RawRecord> records) {
    this.tree = tree;
    this.records = records;
    owners = tree.owners();
    for (int i = 0; i < owners.length; i++) {
      if (owners[i] != i) {
        entries.computeIfAbsent(owners[i], owner -> new ArrayList<>()).add(records.get(i).json());
      }
    }
  }

  /**
   * The branches, first the one of {@code current}. Each other branch is named after the first
   * message that no earlier branch has, so that its name stays the same when it grows. One empty
   * branch if there are no messages.
   */
  public List<Path> paths(int current) {
    List<Path> paths = new ArrayList<>();
    for (RecordTree.Branch branch : tree.branches(current)) {
      List<Integer> messages = branch.records().stream().filter(i -> owners[i] == i).toList();
      paths.add(new Path(messages, paths.isEmpty() ? "" : "#" + name(branch.fork())));
    }
    return paths.isEmpty() ? List.of(new Path(List.of(), "")) : paths;
  }

  private String name(int fork) {
    JsonNode json = records.get(fork).json();
    JsonNode id = json.has("id") ? json.get("id") : json.path("uuid");
    String text = id.isTextual() ? id.textValue() : FieldText.hash(records.get(fork).text());
    return FieldText.cut(FieldText.name(text), 64);
  }

  /** The records that are not messages and belong to this one. */
  public List<JsonNode> entries(int message) {
    return entries.getOrDefault(message, List.of());
  }

  /** The records that belong to no message. */
  public List<JsonNode> rest() {
    return entries(-1);
  }
}
