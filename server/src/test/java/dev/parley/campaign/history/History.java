package dev.parley.campaign.history;

import dev.parley.campaign.history.SessionHistory.Append;
import dev.parley.campaign.history.SessionHistory.LogRead;
import dev.parley.campaign.history.SessionHistory.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Records calls and their answers. Its clock only orders them: a call takes a tick before it is
 * sent and one after its answer has arrived. All methods can be called by several threads.
 */
public final class History {
  /** The value of the register of a deleted message. */
  public static final String DELETED = LogChecker.DELETED;

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong read = new AtomicLong();
  private final Map<String, SessionHistory> sessions = new ConcurrentHashMap<>();

  /** The next tick. */
  public long tick() {
    return clock.incrementAndGet();
  }

  /** From {@code begin} until now. */
  public Interval since(long begin) {
    return new Interval(begin, tick());
  }

  /** How many writes were acknowledged. */
  public long acknowledgedCount() {
    return acknowledged.get();
  }

  /** How many answers to reads are checked. */
  public long readCount() {
    return read.get();
  }

  /** Counts writes and answers that another checker checks. */
  public void count(long writes, long reads) {
    acknowledged.addAndGet(writes);
    read.addAndGet(reads);
  }

  /** Notes an append that was acknowledged with these sequences. */
  public void appended(String session, List<String> items, List<Long> sequences, Interval time) {
    add(session, new Append(List.copyOf(items), List.copyOf(sequences), time));
    acknowledged.incrementAndGet();
  }

  /** Notes an append whose end is unknown. */
  public void appendUnknown(String session, List<String> items, long begin) {
    add(session, new Append(List.copyOf(items), List.of(), new Interval(begin, Interval.UNKNOWN)));
  }

  /** Notes an append that the server refused with a definite error: it may never be shown. */
  public void appendRefused(String session, List<String> items) {
    SessionHistory history = session(session);
    synchronized (history) {
      history.refused.addAll(items);
    }
  }

  private void add(String session, Append append) {
    SessionHistory history = session(session);
    synchronized (history) {
      history.appends.add(append);
    }
  }

  /** Notes an answer with all messages of a session, also the deleted ones. */
  public void messagesRead(String session, String source, List<LogEntry> entries, Interval time) {
    add(session, new LogRead(source, true, List.copyOf(entries), time));
  }

  /** Notes an answer of an API that tells no sequences and leaves deleted messages out. */
  public void visibleMessagesRead(
      String session, String source, List<String> items, Interval time) {
    List<LogEntry> entries = items.stream().map(item -> new LogEntry(0, item, false)).toList();
    add(session, new LogRead(source, false, entries, time));
  }

  private void add(String session, LogRead answer) {
    SessionHistory history = session(session);
    synchronized (history) {
      history.reads.add(answer);
    }
    read.incrementAndGet();
  }

  /**
   * Notes the first value of a register. Each register has one writer, and that makes no further
   * write after one whose end is unknown.
   */
  public void initial(String session, String register, String value) {
    write(session, register, new Value(value, Interval.START));
  }

  /** Notes that a message is about to be deleted, by its only deleter. */
  public void deletable(String session, String item) {
    initial(session, LogChecker.register(item), LogChecker.THERE);
  }

  /** The register that {@link #written} and {@link #writeUnknown} set to {@link #DELETED}. */
  public static String messageRegister(String item) {
    return LogChecker.register(item);
  }

  /** Notes a write that was acknowledged. */
  public void written(String session, String register, String value, Interval time) {
    write(session, register, new Value(value, time));
    acknowledged.incrementAndGet();
  }

  /** Notes a write whose end is unknown. */
  public void writeUnknown(String session, String register, String value, long begin) {
    write(session, register, new Value(value, new Interval(begin, Interval.UNKNOWN)));
  }

  private void write(String session, String register, Value value) {
    SessionHistory history = session(session);
    synchronized (history) {
      history.register(register).writes().add(value);
    }
  }

  /** Notes that an answer shows this value. */
  public void seen(String session, String register, String value, Interval time) {
    SessionHistory history = session(session);
    synchronized (history) {
      history.register(register).reads().add(new Value(value, time));
    }
    read.incrementAndGet();
  }

  /** Whether all messages were read with their sequences by a call that began after this tick. */
  public boolean isReadAfter(String session, long tick) {
    SessionHistory history = session(session);
    synchronized (history) {
      return history.reads.stream().anyMatch(read -> read.numbered() && read.time().begin() > tick);
    }
  }

  /** Whether a call that began after this tick shows this value. */
  public boolean isSeenAfter(String session, String register, String value, long tick) {
    SessionHistory history = session(session);
    synchronized (history) {
      return history.register(register).reads().stream()
          .anyMatch(seen -> seen.value().equals(value) && seen.time().begin() > tick);
    }
  }

  /** The names of acknowledged messages by their sequences. */
  public Map<Long, String> acknowledged(String session) {
    SessionHistory history = session(session);
    Map<Long, String> items = new TreeMap<>();
    synchronized (history) {
      for (Append append : history.appends) {
        for (int i = 0; i < append.sequences().size(); i++) {
          items.put(append.sequences().get(i), append.items().get(i));
        }
      }
    }
    return items;
  }

  /** What contradicts the rules of sessions, to be called when no call is in flight. */
  public List<Violation> violations() {
    List<Violation> violations = new ArrayList<>();
    new TreeMap<>(sessions)
        .forEach(
            (id, history) -> {
              synchronized (history) {
                violations.addAll(new LogChecker(id, history).violations());
                history.registers.forEach(
                    (name, register) ->
                        RegisterChecker.check(register)
                            .forEach(
                                found ->
                                    violations.add(
                                        new Violation(
                                            found.kind(), id, name + ": " + found.text()))));
              }
            });
    return violations;
  }

  private SessionHistory session(String id) {
    return sessions.computeIfAbsent(id, made -> new SessionHistory());
  }
}
