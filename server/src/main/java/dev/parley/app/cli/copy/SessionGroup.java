package dev.parley.app.cli.copy;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.transfer.StoredRun;
import dev.parley.storage.transfer.TransferableStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/** Sessions of one agent that are copied together. The session rows are written last. */
final class SessionGroup {
  private static final int SESSIONS_MAX = 128;
  private static final int MESSAGES_MAX = 2_000;
  private static final long BYTES_MAX = 4L << 20;

  private final UUID agentId;
  private final SessionReader source;
  private final TransferableStore target;
  private final LongConsumer messagesWritten;
  private final List<Session> sessions = new ArrayList<>();
  private long rows;

  private Map<UUID, List<Message>> messages = new HashMap<>();
  private List<StoredRun> runs = new ArrayList<>();
  private int count;
  private long bytes;
  private CompletableFuture<Integer> writing = CompletableFuture.completedFuture(0);

  /**
   * Creates an empty group.
   *
   * @param messagesWritten receives the numbers of messages as they are written
   */
  SessionGroup(
      UUID agentId, SessionReader source, TransferableStore target, LongConsumer messagesWritten) {
    this.agentId = agentId;
    this.source = source;
    this.target = target;
    this.messagesWritten = messagesWritten;
  }

  void add(Session session) {
    sessions.add(session);
    rows += session.headSequence() + session.runCount();
  }

  /** Whether the group is large enough to be copied. */
  boolean isFull() {
    return sessions.size() >= SESSIONS_MAX || rows >= MESSAGES_MAX;
  }

  boolean isEmpty() {
    return sessions.isEmpty();
  }

  /** Copies the sessions. Leftovers of an interrupted copy are deleted first. */
  List<Session> copy() {
    var unused =
        FutureResults.of(
            target
                .transfer()
                .removeSessions(
                    agentId,
                    sessions.stream().map(Session::sessionId).collect(Collectors.toSet())));
    for (Session session : sessions) {
      source.messages(session, page -> add(session, page));
      source.runs(session, this::addRuns);
    }
    flush();
    var last = FutureResults.of(writing);
    var put = FutureResults.of(target.transfer().putSessions(agentId, sessions));
    return sessions;
  }

  private void add(Session session, List<Message> page) {
    for (Message message : page) {
      messages.computeIfAbsent(session.sessionId(), id -> new ArrayList<>()).add(message);
      bytes += message.bytes();
      if (++count >= MESSAGES_MAX || bytes >= BYTES_MAX) {
        flush();
      }
    }
  }

  private void addRuns(List<StoredRun> page) {
    for (StoredRun run : page) {
      runs.add(run);
      bytes += run.bytes();
      if (runs.size() >= MESSAGES_MAX || bytes >= BYTES_MAX) {
        flush();
      }
    }
  }

  /** Starts to write what was read, so that reading can continue. */
  private void flush() {
    var written = FutureResults.of(writing);
    if (!runs.isEmpty()) {
      var put = FutureResults.of(target.transfer().putRuns(agentId, runs));
      runs = new ArrayList<>();
    }
    if (count > 0) {
      writing =
          target
              .transfer()
              .putMessages(agentId, messages)
              .thenApply(
                  put -> {
                    messagesWritten.accept(put);
                    return put;
                  });
      messages = new HashMap<>();
      count = 0;
    }
    bytes = 0;
  }
}
