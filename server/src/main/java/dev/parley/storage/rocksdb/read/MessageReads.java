package dev.parley.storage.rocksdb.read;

import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.MessageRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads messages of one session. */
public final class MessageReads {
  private static final int ROWS_AT_ONCE = 64;

  private MessageReads() {}

  /**
   * Whether the query reads only a small number of messages. A query with a filter can scan any
   * number of rows to fill its page.
   */
  public static boolean isSmall(MessageQuery query) {
    return query.limit() <= ROWS_AT_ONCE
        && query.runIds() == null
        && isOfAllRoles(query)
        && query.deleted();
  }

  private static boolean isOfAllRoles(MessageQuery query) {
    return query.roles().size() == Role.values().length;
  }

  public static Optional<MessagePage> list(DatabaseSnapshot snapshot, MessageQuery query) {
    Session session = SessionLookup.find(snapshot, query.ref());
    if (session == null) {
      return Optional.empty();
    }
    if (query.runIds() != null) {
      return Optional.of(ofRuns(snapshot, session, query, query.runIds()));
    }
    byte[] prefix = Keys.session(session.agentId(), session.sessionId());
    try (Scan scan = snapshot.scan(ColumnFamily.MESSAGES, prefix)) {
      return Optional.of(page(scan, session, query));
    }
  }

  /** Finds single messages by id or sequence. */
  public static Optional<MessagePage> find(DatabaseSnapshot snapshot, MessageLookup lookup) {
    Session session = SessionLookup.find(snapshot, lookup.ref());
    if (session == null) {
      return Optional.empty();
    }
    SortedSet<Long> sequences = new TreeSet<>(lookup.sequences());
    sequences.removeIf(sequence -> !session.hasSequence(sequence));
    sequences.addAll(MessageIdLookup.candidates(snapshot, session, lookup.messageIds()));
    MessageQuery all =
        new MessageQuery(
            lookup.ref(),
            false,
            EnumSet.allOf(Role.class),
            null,
            true,
            0,
            Integer.MAX_VALUE,
            lookup.bytesMax());
    return Optional.of(page(snapshot, session, all, lookup::includes, chunks(sequences)));
  }

  /** Reads the messages of the given runs, using the index of messages by run. */
  private static MessagePage ofRuns(
      DatabaseSnapshot snapshot, Session session, MessageQuery query, Set<String> runIds) {
    if (query.newestFirst()) {
      List<Long> sequences = newestFirst(snapshot, session, query, runIds);
      return page(snapshot, session, query, query::includes, chunks(sequences));
    }
    List<byte[]> runs = runIds.stream().map(id -> ofRun(session, id)).toList();
    if (runs.isEmpty()) {
      return new MessagePage(session, List.of(), false);
    }
    byte[] prefix = Keys.session(session.agentId(), session.sessionId());
    try (Scan scan = snapshot.scan(ColumnFamily.RUN_MESSAGES, prefix)) {
      byte[] first = Keys.ofSequence(query.after() + 1);
      MergingCursor entries =
          new MergingCursor(scan, runs, run -> Keys.join(run, first), query.limit());
      return page(snapshot, session, query, query::includes, () -> sequences(entries));
    }
  }

  private static byte[] ofRun(Session session, String runId) {
    return Keys.ofRun(session.agentId(), session.sessionId(), runId);
  }

  /** The next sequences; empty at the end. */
  private static List<Long> sequences(MergingCursor entries) {
    return entries.next(ROWS_AT_ONCE).stream()
        .map(entry -> Keys.runMessageSequenceOf(entry.key()))
        .toList();
  }

  /**
   * Reads a page of messages by sequence.
   *
   * @param wanted the condition that messages of the page meet
   * @param next returns the next sequences in the requested order; empty at the end
   */
  private static MessagePage page(
      DatabaseSnapshot snapshot,
      Session session,
      MessageQuery query,
      Predicate<Message> wanted,
      Supplier<List<Long>> next) {
    List<Message> messages = new ArrayList<>();
    long bytes = 0;
    for (List<Long> chunk = next.get(); !chunk.isEmpty(); chunk = next.get()) {
      List<byte[]> rows = chunk.stream().map(sequence -> at(session, sequence)).toList();
      List<byte @Nullable []> values = snapshot.getAll(ColumnFamily.MESSAGES, rows);
      for (int i = 0; i < rows.size(); i++) {
        byte[] value = values.get(i);
        if (value == null) {
          throw new IllegalStateException("The message of an index entry is missing.");
        }
        Message message = MessageRecords.toMessage(chunk.get(i), value);
        if (wanted.test(message)) {
          bytes += message.bytes();
          boolean full =
              messages.size() >= query.limit() || (bytes > query.bytesMax() && !messages.isEmpty());
          if (full) {
            return new MessagePage(session, messages, true);
          }
          messages.add(message);
        }
      }
    }
    return new MessagePage(session, messages, false);
  }

  /** The sequences of the runs' messages, newest first. */
  private static List<Long> newestFirst(
      DatabaseSnapshot snapshot, Session session, MessageQuery query, Set<String> runIds) {
    List<Long> sequences = new ArrayList<>();
    for (String runId : runIds) {
      byte[] run = ofRun(session, runId);
      try (Scan scan = snapshot.scan(ColumnFamily.RUN_MESSAGES, run)) {
        for (scan.seek(run); scan.isValid(); scan.next()) {
          long sequence = Keys.runMessageSequenceOf(scan.key());
          if (query.after() == 0 || sequence < query.after()) {
            sequences.add(sequence);
          }
        }
      }
    }
    sequences.sort(Comparator.reverseOrder());
    return sequences;
  }

  private static Supplier<List<Long>> chunks(Collection<Long> sequences) {
    ArrayDeque<Long> remaining = new ArrayDeque<>(sequences);
    return () -> {
      List<Long> chunk = new ArrayList<>();
      while (chunk.size() < ROWS_AT_ONCE && !remaining.isEmpty()) {
        chunk.add(remaining.remove());
      }
      return chunk;
    };
  }

  private static MessagePage page(Scan scan, Session session, MessageQuery query) {
    boolean all = isOfAllRoles(query) && (query.deleted() || !session.hasDeletedRows());
    List<Message> messages = new ArrayList<>();
    long bytes = 0;
    boolean full = false;
    for (seek(scan, session, query); scan.isValid(); step(scan, query)) {
      if (full && all) {
        return new MessagePage(session, messages, true);
      }
      Message message = MessageRecords.toMessage(Keys.sequenceOf(scan.key()), scan.value());
      if (!query.includes(message)) {
        continue;
      }
      bytes += message.bytes();
      if (full || (bytes > query.bytesMax() && !messages.isEmpty())) {
        return new MessagePage(session, messages, true);
      }
      messages.add(message);
      full = messages.size() >= query.limit();
    }
    return new MessagePage(session, messages, false);
  }

  /**
   * Moves to the first message in the requested order. The column family is sorted newest first.
   */
  private static void seek(Scan scan, Session session, MessageQuery query) {
    long after = query.after();
    if (query.newestFirst()) {
      scan.seek(at(session, after == 0 ? session.headSequence() : after - 1));
    } else {
      scan.seekBack(at(session, Math.min(after, session.headSequence()) + 1));
    }
  }

  private static void step(Scan scan, MessageQuery query) {
    if (query.newestFirst()) {
      scan.next();
    } else {
      scan.previous();
    }
  }

  private static byte[] at(Session session, long sequence) {
    return Keys.message(session.agentId(), session.sessionId(), sequence);
  }
}
