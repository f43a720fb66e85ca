package dev.parley.storage.rocksdb.check;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.check.CheckObserver;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.MessageRecords;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.rules.MessageIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the messages of consecutive sessions, and their indexes. */
final class MessagesCheck implements AutoCloseable {
  private static final int KEY_BYTES = 40;
  private static final int AT_ONCE = 256;

  private final DatabaseSnapshot snapshot;
  private final CheckObserver observer;
  private final SessionRowCursor rows;
  private final SessionRowCursor ids;
  private final SessionRowCursor ofRuns;
  private final List<Message> waiting = new ArrayList<>();
  private long idsFound;
  private long ofRunsFound;

  MessagesCheck(DatabaseSnapshot snapshot, CheckObserver observer) {
    this.snapshot = snapshot;
    this.observer = observer;
    rows = new SessionRowCursor(snapshot, ColumnFamily.MESSAGES, observer);
    ids = new SessionRowCursor(snapshot, ColumnFamily.MESSAGE_IDS, observer);
    ofRuns = new SessionRowCursor(snapshot, ColumnFamily.RUN_MESSAGES, observer);
  }

  /** Reports entries without a session before the given session row; null for the end. */
  void skipTo(byte @Nullable [] row) {
    rows.skipTo(row);
    ids.skipTo(row);
    ofRuns.skipTo(row);
  }

  /** Skips the entries of a session that cannot be read. */
  void skip(byte[] row) {
    rows.skip(row);
    ids.skip(row);
    ofRuns.skip(row);
  }

  /** Checks the messages of a session. Returns their number. */
  long check(byte[] row, Session session, String name) {
    idsFound = 0;
    ofRunsFound = 0;
    long count = 0;
    long spoken = 0;
    long cleared = session.counts().clearedSequence();
    long deleted = cleared;
    boolean allRead = true;
    long expected = session.headSequence();
    for (byte[] key = rows.next(row); key != null; key = rows.next(row)) {
      count++;
      if (key.length != KEY_BYTES) {
        observer.found("a message with an unknown key format", name);
      } else {
        long sequence = Keys.sequenceOf(key);
        expected = requireNoGap(sequence, expected, cleared, name);
        Message message = read(sequence, name);
        allRead &= message != null;
        spoken += message != null && isSpoken(message) ? 1 : 0;
        deleted += message != null && message.isDeleted() ? 1 : 0;
      }
      rows.step();
      if (waiting.size() == AT_ONCE) {
        checkIndexes(session, name);
      }
    }
    missing(cleared + 1, expected, name);
    checkIndexes(session, name);
    if (allRead && spoken != session.spokenCount()) {
      observer.found("has a wrong count of user and assistant messages", name);
    }
    if (allRead && deleted != session.counts().deletedCount()) {
      observer.found("has a wrong count of deleted messages", name);
    }
    checkExtra(row, session, name);
    return count;
  }

  /** Messages come newest first. Returns the next expected sequence. */
  private long requireNoGap(long sequence, long expected, long cleared, String name) {
    if (sequence > expected) {
      observer.found("message %d has a sequence above the head sequence".formatted(sequence), name);
      return expected;
    }
    if (sequence <= cleared) {
      observer.found("message %d is stored, although it was cleared".formatted(sequence), name);
      return expected;
    }
    missing(sequence + 1, expected, name);
    return sequence - 1;
  }

  private void missing(long first, long last, String name) {
    if (first <= last) {
      observer.found(
          first == last
              ? "message %d is missing".formatted(first)
              : "messages %d to %d are missing".formatted(first, last),
          name);
    }
  }

  private @Nullable Message read(long sequence, String name) {
    try {
      Message message = MessageRecords.toMessage(sequence, rows.value());
      waiting.add(message);
      return message;
    } catch (RuntimeException e) {
      observer.found("the record of message %d cannot be read".formatted(sequence), name);
      return null;
    }
  }

  private static boolean isSpoken(Message message) {
    return !message.isDeleted() && message.draft().role().isSpoken();
  }

  /** Checks the index entries of the collected messages. */
  private void checkIndexes(Session session, String name) {
    List<byte @Nullable []> sequences =
        snapshot.getAll(
            ColumnFamily.MESSAGE_IDS, waiting.stream().map(m -> messageId(session, m)).toList());
    List<Message> inRuns = waiting.stream().filter(m -> m.draft().runId() != null).toList();
    List<byte @Nullable []> entries =
        snapshot.getAll(
            ColumnFamily.RUN_MESSAGES, inRuns.stream().map(m -> ofRun(session, m)).toList());
    for (int i = 0; i < waiting.size(); i++) {
      long sequence = waiting.get(i).sequence();
      String id = waiting.get(i).draft().messageId();
      byte[] entry = sequences.get(i);
      if (Arrays.equals(entry, Keys.ofSequence(sequence))) {
        idsFound++;
      } else if (!MessageIds.endsWithSequence(id, sequence)) {
        observer.found("message %d is not found by its id".formatted(sequence), name);
      } else if (entry != null) {
        observer.found("message %d has the id of another message".formatted(sequence), name);
      }
    }
    for (int i = 0; i < inRuns.size(); i++) {
      if (entries.get(i) != null) {
        ofRunsFound++;
      } else {
        long sequence = inRuns.get(i).sequence();
        observer.found("message %d is not found by its run".formatted(sequence), name);
      }
    }
    waiting.clear();
  }

  /** Searches for dangling index entries only if the session has more entries than expected. */
  private void checkExtra(byte[] row, Session session, String name) {
    if (ids.skip(row) != idsFound) {
      try (Scan scan = snapshot.scan(ColumnFamily.MESSAGE_IDS, row)) {
        for (scan.seek(row); scan.isValid(); scan.next()) {
          Message message = find(session, scan.value());
          if (message == null || !Arrays.equals(scan.key(), messageId(session, message))) {
            observer.found("a message id has no message", name);
          }
        }
      }
    }
    if (ofRuns.skip(row) != ofRunsFound) {
      try (Scan scan = snapshot.scan(ColumnFamily.RUN_MESSAGES, row)) {
        for (scan.seek(row); scan.isValid(); scan.next()) {
          byte[] key = scan.key();
          Message message = find(session, Arrays.copyOfRange(key, key.length - 8, key.length));
          if (message == null
              || message.draft().runId() == null
              || !Arrays.equals(key, ofRun(session, message))) {
            observer.found("a run index entry leads to a message of another run", name);
          }
        }
      }
    }
  }

  private @Nullable Message find(Session session, byte[] sequence) {
    if (sequence.length != Long.BYTES) {
      return null;
    }
    long number = Keys.toSequence(sequence);
    byte[] value =
        snapshot.get(
            ColumnFamily.MESSAGES, Keys.message(session.agentId(), session.sessionId(), number));
    try {
      return value == null ? null : MessageRecords.toMessage(number, value);
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static byte[] messageId(Session session, Message message) {
    return Keys.messageId(session.agentId(), session.sessionId(), message.draft().messageId());
  }

  private static byte[] ofRun(Session session, Message message) {
    String runId = message.draft().runId();
    return Keys.runMessage(
        session.agentId(), session.sessionId(), runId == null ? "" : runId, message.sequence());
  }

  @Override
  public void close() {
    rows.close();
    ids.close();
    ofRuns.close();
  }
}
