package dev.parley.campaign.history;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The calls to one session and their answers. */
final class SessionHistory {
  /**
   * An append.
   *
   * @param sequences the acknowledged sequence of each item, or nothing if the end is unknown
   */
  record Append(List<String> items, List<Long> sequences, Interval time) {}

  /**
   * A read of all messages, oldest first.
   *
   * @param numbered whether the API tells sequences and shows deleted messages as such
   */
  record LogRead(String source, boolean numbered, List<LogEntry> entries, Interval time) {}

  /** A value that was written, or that was seen. */
  record Value(String value, Interval time) {}

  /** A register with one writer, such as the label. The first write is the initial value. */
  record Register(List<Value> writes, List<Value> reads) {}

  final List<Append> appends = new ArrayList<>();

  /** Messages of appends that the server refused. They are in no other append. */
  final Set<String> refused = new HashSet<>();

  final List<LogRead> reads = new ArrayList<>();
  final Map<String, Register> registers = new LinkedHashMap<>();

  Register register(String name) {
    return registers.computeIfAbsent(
        name, made -> new Register(new ArrayList<>(), new ArrayList<>()));
  }
}
