package dev.parley.storage.rocksdb.repair;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.ErrorReason;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.transfer.StoreTransfer;
import dev.parley.storage.transfer.StoredRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Writes to the new store in groups of limited size. Sessions come agent by agent. */
final class TargetWriter {
  private static final int ROWS_MAX = 1_000;
  private static final long BYTES_MAX = 4L << 20;
  private static final int SESSIONS_MAX = 128;

  private final StoreTransfer target;
  private final Loss.Receiver losses;

  private @Nullable UUID agentId;
  private Map<UUID, List<Message>> messages = new HashMap<>();
  private List<StoredRun> runs = new ArrayList<>();
  private List<Session> sessions = new ArrayList<>();
  private int rows;
  private long bytes;

  TargetWriter(StoreTransfer target, Loss.Receiver losses) {
    this.target = target;
    this.losses = losses;
  }

  void agent(Agent agent) {
    var put = await(target.putAgent(agent));
  }

  void apiKeys(List<ApiKey> keys) {
    for (int from = 0; from < keys.size(); from += ROWS_MAX) {
      var put =
          await(target.putApiKeys(keys.subList(from, Math.min(from + ROWS_MAX, keys.size()))));
    }
  }

  void auditEntries(List<AuditEntry> entries) {
    if (!entries.isEmpty()) {
      var put = await(target.putAuditEntries(entries));
    }
  }

  void message(UUID agentId, UUID sessionId, Message message) {
    use(agentId);
    messages.computeIfAbsent(sessionId, id -> new ArrayList<>()).add(message);
    added(message.bytes());
  }

  void run(StoredRun stored) {
    use(stored.run().agentId());
    runs.add(stored);
    added(stored.bytes());
  }

  private void added(long more) {
    rows++;
    bytes += more;
    if (rows >= ROWS_MAX || bytes >= BYTES_MAX) {
      flushRows();
    }
  }

  /** Writes a session after its messages and runs. */
  void session(Session session) {
    use(session.agentId());
    sessions.add(session);
    if (sessions.size() >= SESSIONS_MAX) {
      flush();
    }
  }

  private void use(UUID agentId) {
    if (!agentId.equals(this.agentId)) {
      flush();
      this.agentId = agentId;
    }
  }

  /** Writes what was collected. */
  void flush() {
    if (agentId == null) {
      return;
    }
    flushRows();
    if (!sessions.isEmpty()) {
      putSessions(agentId, sessions);
      sessions = new ArrayList<>();
    }
  }

  private void flushRows() {
    if (agentId == null) {
      return;
    }
    if (!messages.isEmpty()) {
      var put = await(target.putMessages(agentId, messages));
      messages = new HashMap<>();
    }
    if (!runs.isEmpty()) {
      var put = await(target.putRuns(agentId, runs));
      runs = new ArrayList<>();
    }
    rows = 0;
    bytes = 0;
  }

  private void putSessions(UUID agentId, List<Session> group) {
    try {
      var put = await(target.putSessions(agentId, group));
    } catch (SessionException e) {
      if (e.reason() != ErrorReason.KEY_IN_USE) {
        throw e;
      }
      if (group.size() > 1) {
        group.forEach(session -> putSessions(agentId, List.of(session)));
        return;
      }
      Session session = group.get(0);
      Session renamed = SessionRebuilder.withRecoveredKey(session);
      losses.lost(
          Loss.ofSession(
              Loss.Kind.SESSION,
              agentId,
              session.sessionId(),
              null,
              "Another session holds its key. The session has a new key."));
      var put = await(target.putSessions(agentId, List.of(renamed)));
    }
  }

  private static <T> T await(CompletableFuture<T> write) {
    try {
      return write.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
