package dev.parley.campaign.history;

import dev.parley.campaign.history.SessionHistory.Append;
import dev.parley.campaign.history.SessionHistory.LogRead;
import dev.parley.campaign.history.SessionHistory.Value;
import dev.parley.campaign.history.Violation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Checks that the messages of a session are linearizable.
 *
 * <p>This needs no search for an order of the calls, because a session is a log that only grows and
 * the answers contain the order: the sequences. The order of all calls is then fixed: appends by
 * sequence, and each read that shows {@code n} sequences between the appends {@code n} and {@code n
 * + 1}. The history is linearizable if each read shows the beginning of one and the same log, and
 * if this order agrees with time: when a call ended before another began, it comes first. The four
 * cases of that are two appends, a read after an append, an append after a read, and two reads.
 */
final class LogChecker {
  private static final String MESSAGE = "message ";
  static final String THERE = "there";

  /** The value of the register of a message that was deleted. */
  static final String DELETED = "deleted";

  private final String session;
  private final SessionHistory history;
  private final Map<String, Append> sent = new HashMap<>();
  private final TreeMap<Long, String> log = new TreeMap<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private final Set<String> visible = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();

  LogChecker(String session, SessionHistory history) {
    this.session = session;
    this.history = history;
  }

  /** The name of the register that has the value {@code deleted} once the message is deleted. */
  static String register(String item) {
    return MESSAGE + item;
  }

  /** Also passes what reads show of deleted messages to their registers. */
  List<Violation> violations() {
    for (Append append : history.appends) {
      append.items().forEach(item -> sent.put(item, append));
    }
    collect();
    orderOfAppends();
    partlyStored();
    Optional<LogRead> last = lastRead();
    last.ifPresent(this::nothingLost);
    reads(last);
    return violations;
  }

  private void collect() {
    for (Append append : history.appends) {
      for (int i = 0; i < append.sequences().size(); i++) {
        place(append.sequences().get(i), append.items().get(i));
      }
    }
    for (LogRead read : history.reads) {
      Set<String> seen = new HashSet<>();
      for (LogEntry entry : read.entries()) {
        Append append = sent.get(entry.item());
        if (history.refused.contains(entry.item())) {
          add(Kind.PHANTOM, read.source() + " shows " + entry.item() + ", which was refused");
        } else if (append == null) {
          add(Kind.CHANGED, read.source() + " shows '" + entry.item() + "', which nobody sent");
        } else if (!append.time().beganBeforeEndOf(read.time())) {
          add(Kind.PHANTOM, entry.item() + " is shown before it was sent");
        }
        if (!seen.add(entry.item())) {
          add(Kind.DOUBLE, read.source() + " shows " + entry.item() + " twice");
        }
        if (entry.sequence() > 0) {
          place(entry.sequence(), entry.item());
        }
      }
    }
  }

  private void place(long sequence, String item) {
    String other = log.putIfAbsent(sequence, item);
    if (other != null && !other.equals(item)) {
      add(Kind.DOUBLE, "sequence %d is %s and %s".formatted(sequence, other, item));
    }
    Long elsewhere = sequences.putIfAbsent(item, sequence);
    if (elsewhere != null && elsewhere != sequence) {
      add(Kind.REORDERED, "%s is at %d and at %d".formatted(item, elsewhere, sequence));
    }
  }

  private void orderOfAppends() {
    PriorityQueue<Append> open = new PriorityQueue<>(Comparator.comparing(one -> one.time().end()));
    long ended = 0;
    for (Append append :
        history.appends.stream().sorted(Comparator.comparing(one -> one.time().begin())).toList()) {
      while (!open.isEmpty() && open.peek().time().endedBefore(append.time())) {
        ended = Math.max(ended, last(open.remove()));
      }
      open.add(append);
      OptionalLong first = OptionalLong.empty();
      for (int i = 0; i < append.items().size(); i++) {
        String item = append.items().get(i);
        long sequence = sequences.getOrDefault(item, 0L);
        if (sequence == 0) {
          continue;
        }
        if (sequence <= ended) {
          add(Kind.REORDERED, item + " comes before a message that was acknowledged earlier");
        }
        if (first.isPresent() && first.getAsLong() != sequence - i) {
          add(Kind.REORDERED, item + " does not follow the message before it in its append");
        }
        first = OptionalLong.of(sequence - i);
      }
    }
  }

  /**
   * Each read that shows one message of an append has to show all of them, because an append takes
   * effect at once. Only answers of an API that leaves deleted messages out may lack one, and a
   * message is deleted only after its append was acknowledged: its sequence is then known. So an
   * append with one message that was seen and one that was never seen is stored in part.
   */
  private void partlyStored() {
    Set<String> stored = new HashSet<>(sequences.keySet());
    history.reads.forEach(read -> read.entries().forEach(entry -> stored.add(entry.item())));
    for (Append append : history.appends) {
      List<String> missing =
          append.items().stream().filter(item -> !stored.contains(item)).toList();
      if (!missing.isEmpty() && missing.size() < append.items().size()) {
        add(Kind.PARTIAL_APPEND, "%s of the append %s".formatted(missing, append.items()));
      }
    }
  }

  private long last(Append append) {
    return append.items().stream()
        .mapToLong(item -> sequences.getOrDefault(item, 0L))
        .max()
        .orElse(0);
  }

  private Optional<LogRead> lastRead() {
    return history.reads.stream()
        .filter(LogRead::numbered)
        .max(Comparator.comparing(read -> read.time().begin()));
  }

  private void nothingLost(LogRead last) {
    last.entries().forEach(entry -> visible.add(entry.item()));
    Set<String> expected = new HashSet<>();
    for (Append append : history.appends) {
      if (append.time().endedBefore(last.time())) {
        expected.addAll(append.items());
      }
    }
    for (LogRead read : history.reads) {
      if (read.time().endedBefore(last.time())) {
        read.entries().forEach(entry -> expected.add(entry.item()));
      }
    }
    expected.removeAll(visible);
    expected.stream().sorted().forEach(item -> add(Kind.LOST, item));
  }

  private void reads(Optional<LogRead> last) {
    PriorityQueue<Append> appends = byEnd(history.appends);
    PriorityQueue<Shown> shown = new PriorityQueue<>(Comparator.comparing(one -> one.time().end()));
    long acknowledged = 0;
    long read = 0;
    for (LogRead next :
        history.reads.stream().sorted(Comparator.comparing(one -> one.time().begin())).toList()) {
      while (!appends.isEmpty() && appends.peek().time().endedBefore(next.time())) {
        acknowledged = Math.max(acknowledged, last(appends.remove()));
      }
      while (!shown.isEmpty() && shown.peek().time().endedBefore(next.time())) {
        read = Math.max(read, shown.remove().least());
      }
      Shown one = shown(next);
      shown.add(one);
      if (one.most() < acknowledged && isKept(acknowledged, last)) {
        add(
            Kind.STALE_READ,
            "%s ends at %d after %d was acknowledged"
                .formatted(next.source(), one.most(), acknowledged));
      } else if (one.most() < read && isKept(read, last)) {
        add(
            Kind.BACKWARDS,
            "%s ends at %d after a read of %d".formatted(next.source(), one.most(), read));
      }
    }
  }

  private static PriorityQueue<Append> byEnd(List<Append> appends) {
    PriorityQueue<Append> queue =
        new PriorityQueue<>(Comparator.comparing(one -> one.time().end()));
    queue.addAll(appends);
    return queue;
  }

  /** A message that is lost is reported once, and not again for each read. */
  private boolean isKept(long sequence, Optional<LogRead> last) {
    return last.isEmpty() || visible.contains(log.get(sequence));
  }

  /** The sequences that a read shows: at least, and at most if deleted ones follow. */
  private record Shown(Interval time, long least, long most) {}

  private Shown shown(LogRead read) {
    boolean complete = read.numbered();
    long end = 0;
    for (LogEntry entry : read.entries()) {
      long sequence = complete ? entry.sequence() : sequences.getOrDefault(entry.item(), end + 1);
      if (sequence <= end) {
        add(Kind.REORDERED, read.source() + " shows " + entry.item() + " after " + log.get(end));
        continue;
      }
      if (complete && sequence != end + 1) {
        add(Kind.GAP, "%s shows %d after %d".formatted(read.source(), sequence, end));
      }
      for (long left = end + 1; !complete && left < sequence; left++) {
        leftOut(left, read);
      }
      end = sequence;
      note(entry.item(), entry.deleted(), read.time());
    }
    Append append = sent.get(log.getOrDefault(end, ""));
    if (complete && append != null && last(append) > end) {
      add(Kind.PARTIAL_APPEND, read.source() + " ends with " + log.get(end));
    }
    long most = end;
    while (!complete && mayBeDeleted(log.get(most + 1), read)) {
      most++;
    }
    return new Shown(read.time(), end, most);
  }

  private void leftOut(long sequence, LogRead read) {
    String item = log.get(sequence);
    if (item == null) {
      return;
    }
    if (mayBeDeleted(item, read)) {
      note(item, true, read.time());
    } else {
      add(Kind.GAP, read.source() + " leaves out " + item);
    }
  }

  private boolean mayBeDeleted(String item, LogRead read) {
    return item != null
        && writes(item).stream()
            .anyMatch(
                write ->
                    write.value().equals(DELETED) && write.time().beganBeforeEndOf(read.time()));
  }

  private List<Value> writes(String item) {
    SessionHistory.Register register = history.registers.get(register(item));
    return register == null ? List.of() : register.writes();
  }

  private void note(String item, boolean deleted, Interval time) {
    if (!writes(item).isEmpty()) {
      history.register(register(item)).reads().add(new Value(deleted ? DELETED : THERE, time));
    } else if (deleted) {
      add(Kind.WRONG_STATE, item + " is shown as deleted, and nobody deleted it");
    }
  }

  private void add(Kind kind, String text) {
    violations.add(new Violation(kind, session, text));
  }
}
