package dev.parley.storage.rocksdb.repair;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.lease.Leases;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.MessageRecords;
import dev.parley.storage.rocksdb.codec.RunRecords;
import dev.parley.storage.rocksdb.codec.SessionRecords;
import dev.parley.storage.rocksdb.codec.StoredSession;
import dev.parley.storage.transfer.StoredRun;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds one session from what is left of its row, messages and runs. Messages that are lost are
 * replaced by placeholders, so that the others keep their sequences. Runs are numbered again.
 */
final class SessionRebuilder {
  private static final int ROW_BYTES = 32;
  private static final int NUMBERED_ROW_BYTES = 40;
  private static final String RECOVERED_KEY = "recovered:";
  private static final Content PLACEHOLDER =
      Content.text("[This message was lost. 'parley repair' put this text in its place.]");

  private final byte[] row;
  private final UUID agentId;
  private final UUID sessionId;
  private final TargetWriter target;
  private final Loss.Receiver losses;

  private @Nullable Session stored;
  private long head;
  private long spoken;
  private long cleared;
  private long deleted;
  private long placeholders;
  private long runs;
  private final Set<String> leasedRuns = new HashSet<>();
  private @Nullable Instant oldest;
  private @Nullable Instant newest;

  SessionRebuilder(byte[] row, TargetWriter target, Loss.Receiver losses) {
    this.row = row;
    this.target = target;
    this.losses = losses;
    agentId = Keys.toId(row);
    sessionId = Keys.sessionIdOf(row);
  }

  /** The session of a key in a column family whose keys start with a session; null if unknown. */
  static byte @Nullable [] rowOf(TolerantScan scan) {
    byte[] key = scan.key();
    return key == null ? null : Arrays.copyOf(key, ROW_BYTES);
  }

  /** Moves to the first entry with a session and reads nothing else of it. */
  static void skip(TolerantScan scan, byte[] row) {
    while (Arrays.equals(rowOf(scan), row)) {
      scan.step();
    }
  }

  UUID agentId() {
    return agentId;
  }

  UUID sessionId() {
    return sessionId;
  }

  long messages() {
    return head;
  }

  long placeholders() {
    return placeholders;
  }

  long runs() {
    return runs;
  }

  /**
   * Reads the row with its details, if the scan is at it. Returns whether there is a row, even if
   * it is damaged.
   */
  boolean readRow(TolerantScan rows, TolerantScan details) {
    while (details.key() != null && Arrays.compareUnsigned(details.key(), row) < 0) {
      details.step();
    }
    if (!Arrays.equals(rowOf(rows), row)) {
      return false;
    }
    try {
      StoredSession found = SessionRecords.toSession(row, rows.value());
      stored = found.separateDetails() ? withDetails(found, details) : found.session();
      if (rows.mayBeOutdated()) {
        lost("The newest state of the session cannot be read. An older one was used.");
      }
    } catch (RuntimeException e) {
      lost("The record of the session cannot be read.");
    }
    skip(rows, row);
    return true;
  }

  private Session withDetails(StoredSession found, TolerantScan details) {
    try {
      if (Arrays.equals(details.key(), row)) {
        Session whole = found.with(details.value());
        if (details.mayBeOutdated()) {
          lost("The newest origin and metadata cannot be read. Older ones were used.");
        }
        return whole;
      }
    } catch (RuntimeException e) {
      // Reported below.
    }
    lost("The origin and metadata of the session are lost.");
    return found.session();
  }

  private void lost(String reason) {
    losses.lost(Loss.ofSession(Loss.Kind.SESSION, agentId, sessionId, null, reason));
  }

  /** Copies the messages, newest first, and fills gaps. */
  void copyMessages(TolerantScan scan) {
    long expected = stored == null ? 0 : stored.headSequence();
    cleared = stored == null ? 0 : stored.counts().clearedSequence();
    deleted = cleared;
    Instant time = stored == null ? Instant.EPOCH : stored.updateTime();
    for (; Arrays.equals(rowOf(scan), row); scan.step()) {
      byte[] key = scan.key();
      if (key == null || key.length != NUMBERED_ROW_BYTES) {
        continue;
      }
      long sequence = Keys.sequenceOf(key);
      if (sequence <= cleared) {
        continue;
      }
      if (head == 0) {
        expected = Math.max(expected, sequence);
        head = expected;
      }
      Message message = read(sequence, scan.value());
      if (message != null) {
        newest = newest == null ? message.createTime() : newest;
        fill(sequence + 1, expected, time);
        write(message);
        time = message.createTime();
        oldest = time;
        expected = sequence - 1;
      }
    }
    head = Math.max(head, expected);
    fill(cleared + 1, expected, time);
  }

  private static @Nullable Message read(long sequence, byte[] value) {
    try {
      return MessageRecords.toMessage(sequence, value);
    } catch (RuntimeException e) {
      return null;
    }
  }

  private void fill(long first, long last, Instant time) {
    if (first > last) {
      return;
    }
    for (long sequence = last; sequence >= first; sequence--) {
      String metadata = "{\"parley\":{\"lost\":true,\"sequence\":" + sequence + "}}";
      Message.Draft draft =
          new Message.Draft(
              "lost-" + sessionId + "-" + sequence,
              Role.SYSTEM,
              PLACEHOLDER,
              null,
              Json.ofUtf8(metadata.getBytes(UTF_8)));
      target.message(agentId, sessionId, new Message(sequence, draft, time));
    }
    placeholders += last - first + 1;
    losses.lost(
        Loss.ofSequences(
            Loss.Kind.MESSAGES,
            agentId,
            sessionId,
            first,
            last,
            "The messages are lost. Placeholders have their sequences."));
  }

  private void write(Message message) {
    if (message.isDeleted()) {
      deleted++;
    } else if (message.draft().role().isSpoken()) {
      spoken++;
    }
    target.message(agentId, sessionId, message);
  }

  /** Copies the runs with their contexts, oldest first. */
  void copyRuns(TolerantScan scan, TolerantScan contexts) {
    long expected = 1;
    for (; Arrays.equals(rowOf(scan), row); scan.step()) {
      byte[] key = scan.key();
      if (key != null && key.length == NUMBERED_ROW_BYTES) {
        long number = Keys.runNumberOf(key);
        lostRuns(expected, number - 1);
        expected = number + 1;
        copyRun(key, number, scan, contexts);
      }
    }
    lostRuns(expected, stored == null ? 0 : stored.runCount());
    skip(contexts, row);
  }

  private void lostRuns(long first, long last) {
    if (first <= last) {
      losses.lost(
          Loss.ofSequences(Loss.Kind.RUNS, agentId, sessionId, first, last, "The runs are lost."));
    }
  }

  private void copyRun(byte[] key, long number, TolerantScan scan, TolerantScan contexts) {
    Run run;
    try {
      run = RunRecords.toRun(key, scan.value());
    } catch (RuntimeException e) {
      lostRuns(number, number);
      return;
    }
    oldest = oldest == null ? run.createTime() : oldest;
    newest = newest == null ? run.createTime() : newest;
    List<Json> context = context(key, run, contexts);
    runs++;
    if (stored != null && stored.leases().of(run.runId()) != null) {
      leasedRuns.add(run.runId());
    }
    target.run(
        new StoredRun(
            run.withNumber(runs).withContextBytes(context.isEmpty() ? 0 : run.contextBytes()),
            context));
  }

  private List<Json> context(byte[] key, Run run, TolerantScan contexts) {
    while (contexts.key() != null && Arrays.compareUnsigned(contexts.key(), key) < 0) {
      contexts.step();
    }
    if (run.contextBytes() == 0) {
      return List.of();
    }
    if (Arrays.equals(contexts.key(), key)) {
      try {
        List<Json> items = RunRecords.toContext(contexts.value());
        if (items.stream().mapToLong(item -> item.utf8().length).sum() == run.contextBytes()) {
          return items;
        }
      } catch (RuntimeException e) {
        // Reported below.
      }
    }
    losses.lost(
        Loss.ofSession(
            Loss.Kind.CONTEXT,
            agentId,
            sessionId,
            run.runId(),
            "The retrieved context of the run is lost."));
    return List.of();
  }

  /** Whether nothing of the session is left. */
  boolean isEmpty() {
    return stored == null && head == 0 && runs == 0;
  }

  /** The session as its messages and runs are now. */
  Session session() {
    Session base = stored;
    if (base == null) {
      lost("The session is lost. It was created again for its messages and runs, with a new key.");
      String key = RECOVERED_KEY + sessionId;
      Instant createTime = oldest == null ? Instant.EPOCH : oldest;
      base = Session.create(agentId, sessionId, key, Session.Profile.EMPTY, createTime);
    }
    boolean isLater = newest != null && newest.isAfter(base.updateTime());
    return new Session(
        agentId,
        sessionId,
        base.key(),
        base.profile(),
        base.createTime(),
        isLater && newest != null ? newest : base.updateTime(),
        new Session.Counts(head, cleared, deleted, spoken, runs),
        base.archiveTime(),
        base.revision(),
        leases(base));
  }

  /** The leases of the runs that are left. The last fence stays, so that no fence is reused. */
  private Leases leases(Session base) {
    Leases leases = base.leases();
    return new Leases(
        leases.lastFence(),
        leases.held().stream().filter(lease -> leasedRuns.contains(lease.runId())).toList());
  }

  /** The same session with a key that no other session has. */
  static Session withRecoveredKey(Session session) {
    return new Session(
        session.agentId(),
        session.sessionId(),
        RECOVERED_KEY + session.sessionId(),
        session.profile(),
        session.createTime(),
        session.updateTime(),
        session.counts(),
        session.archiveTime(),
        session.revision() + 1,
        session.leases());
  }
}
