package dev.parley.storage.postgres;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.commit.Workers;
import dev.parley.storage.postgres.table.AuditTable;
import dev.parley.storage.postgres.table.SessionTable;
import dev.parley.storage.postgres.transaction.Transactions;
import dev.parley.storage.postgres.write.TransferWrites;
import dev.parley.storage.transfer.StoreTransfer;
import dev.parley.storage.transfer.StoredRun;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Copies entities, with one transaction per call. */
final class PostgresTransfer implements StoreTransfer {
  private final Transactions transactions;
  private final Workers readers;
  private final Workers writers;

  PostgresTransfer(Transactions transactions, Workers readers, Workers writers) {
    this.transactions = transactions;
    this.readers = readers;
    this.writers = writers;
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(
      UUID agentId, @Nullable UUID after, int limit) {
    return readers.run(
        () ->
            transactions.read(
                connection -> SessionTable.listById(connection, agentId, after, limit)));
  }

  @Override
  public CompletableFuture<Agent> putAgent(Agent agent) {
    return write(connection -> TransferWrites.putAgent(connection, agent));
  }

  @Override
  public CompletableFuture<Integer> putApiKeys(List<ApiKey> keys) {
    return write(connection -> TransferWrites.putApiKeys(connection, keys));
  }

  @Override
  public CompletableFuture<Integer> removeSessions(UUID agentId, Set<UUID> sessionIds) {
    return writers.run(
        () ->
            transactions.writeLong(
                connection -> TransferWrites.remove(connection, agentId, sessionIds)));
  }

  @Override
  public CompletableFuture<Integer> putMessages(UUID agentId, Map<UUID, List<Message>> messages) {
    return write(connection -> TransferWrites.putMessages(connection, agentId, messages));
  }

  @Override
  public CompletableFuture<Integer> putRuns(UUID agentId, List<StoredRun> runs) {
    return write(connection -> TransferWrites.putRuns(connection, agentId, runs));
  }

  @Override
  public CompletableFuture<Integer> putSessions(UUID agentId, List<Session> sessions) {
    return write(connection -> TransferWrites.putSessions(connection, agentId, sessions));
  }

  @Override
  public CompletableFuture<Integer> putAuditEntries(List<AuditEntry> entries) {
    return write(connection -> AuditTable.addAll(connection, entries));
  }

  private <T> CompletableFuture<T> write(Transactions.Body<T> body) {
    return writers.run(() -> transactions.write(body));
  }
}
