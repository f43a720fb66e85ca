package dev.parley.storage.rocksdb;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Cancellation;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.commit.Writers;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.ReadExecutor;
import dev.parley.storage.rocksdb.engine.Scan;
import dev.parley.storage.rocksdb.read.SessionRowReads;
import dev.parley.storage.rocksdb.write.AuditWrites;
import dev.parley.storage.rocksdb.write.RowList;
import dev.parley.storage.rocksdb.write.TransferWrites;
import dev.parley.storage.transfer.StoreTransfer;
import dev.parley.storage.transfer.StoredRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Copies entities through the write queues. Rows are encoded before they are queued. */
final class RocksDbTransfer implements StoreTransfer {
  private final ReadExecutor readExecutor;
  private final Writers writers;
  private final TransferWrites writes;

  RocksDbTransfer(ReadExecutor readExecutor, Writers writers, TransferWrites writes) {
    this.readExecutor = readExecutor;
    this.writers = writers;
    this.writes = writes;
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(
      UUID agentId, @Nullable UUID after, int limit) {
    return readExecutor.read(Cancellation.NONE, snapshot -> list(snapshot, agentId, after, limit));
  }

  private static List<Session> list(
      DatabaseSnapshot snapshot, UUID agentId, @Nullable UUID after, int limit) {
    byte[] prefix = Keys.agentRows(agentId);
    List<Session> sessions = new ArrayList<>();
    try (Scan scan = snapshot.scan(ColumnFamily.SESSIONS, prefix)) {
      scan.seek(after == null ? prefix : Keys.session(agentId, after));
      while (scan.isValid() && sessions.size() < limit) {
        byte[] row = scan.key();
        if (!Keys.sessionIdOf(row).equals(after)) {
          sessions.add(SessionRowReads.toSession(snapshot, row, scan.value()));
        }
        scan.next();
      }
    }
    return sessions;
  }

  @Override
  public CompletableFuture<Agent> putAgent(Agent agent) {
    return writers.writeAlone(agent.agentId(), batch -> writes.putAgent(batch, agent));
  }

  @Override
  public CompletableFuture<Integer> putApiKeys(List<ApiKey> keys) {
    return writers.writeAlone(Writers.NO_AGENT, batch -> writes.putApiKeys(batch, keys));
  }

  /**
   * Looks for existing data first. New sessions have none, so nothing has to be queued for them.
   */
  @Override
  public CompletableFuture<Integer> removeSessions(UUID agentId, Set<UUID> sessionIds) {
    return readExecutor
        .read(
            Cancellation.NONE,
            snapshot -> TransferWrites.findExisting(snapshot, agentId, sessionIds))
        .thenCompose(
            existing ->
                existing.isEmpty()
                    ? CompletableFuture.completedFuture(0)
                    : writers.write(agentId, 0, batch -> writes.remove(batch, existing)));
  }

  @Override
  public CompletableFuture<Integer> putMessages(UUID agentId, Map<UUID, List<Message>> messages) {
    RowList rows = new RowList();
    int count = 0;
    for (Map.Entry<UUID, List<Message>> ofSession : messages.entrySet()) {
      ofSession.getValue().forEach(m -> rows.addMessage(agentId, ofSession.getKey(), m));
      count += ofSession.getValue().size();
    }
    return put(agentId, rows, List.of(), count);
  }

  @Override
  public CompletableFuture<Integer> putRuns(UUID agentId, List<StoredRun> runs) {
    RowList rows = new RowList();
    runs.forEach(rows::addRun);
    return put(agentId, rows, runs, runs.size());
  }

  private CompletableFuture<Integer> put(
      UUID agentId, RowList rows, List<StoredRun> runs, int count) {
    return writers.write(
        agentId,
        rows.bytes(),
        batch -> {
          writes.requireAgent(agentId);
          writes.indexRuns(batch, runs);
          rows.putInto(batch);
          return count;
        });
  }

  @Override
  public CompletableFuture<Integer> putSessions(UUID agentId, List<Session> sessions) {
    int bytes = sessions.stream().mapToInt(Session::bytes).sum();
    return writers.write(agentId, bytes, batch -> writes.putSessions(batch, agentId, sessions));
  }

  @Override
  public CompletableFuture<Integer> putAuditEntries(List<AuditEntry> entries) {
    return writers.write(Writers.NO_AGENT, 0, batch -> AuditWrites.putAll(batch, entries));
  }
}
