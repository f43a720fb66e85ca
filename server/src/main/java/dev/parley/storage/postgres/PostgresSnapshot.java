package dev.parley.storage.postgres;

import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.commit.SnapshotPool;
import dev.parley.storage.postgres.list.SessionKeyLists;
import dev.parley.storage.postgres.list.SessionLists;
import dev.parley.storage.postgres.table.MessagePages;
import dev.parley.storage.postgres.table.RunContextTable;
import dev.parley.storage.postgres.table.RunTable;
import dev.parley.storage.postgres.transaction.AgentBreaker;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.postgres.transaction.Transactions;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A snapshot of the shared store. */
final class PostgresSnapshot implements StoreSnapshot {
  private final Transactions transactions;
  private final AgentBreaker breaker;
  private final SessionLists sessionLists;
  private final SnapshotPool<ReadTransaction>.Handle handle;

  PostgresSnapshot(
      Transactions transactions,
      AgentBreaker breaker,
      SessionLists sessionLists,
      SnapshotPool<ReadTransaction>.Handle handle) {
    this.transactions = transactions;
    this.breaker = breaker;
    this.sessionLists = sessionLists;
    this.handle = handle;
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(SessionQuery query) {
    return read(query.filter().agentId(), reading -> sessionLists.list(reading, query));
  }

  @Override
  public CompletableFuture<List<String>> listKeys(KeyQuery query) {
    return read(query.filter().agentId(), reading -> SessionKeyLists.list(reading, query));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> listMessages(MessageQuery query) {
    return read(query.ref().agentId(), reading -> MessagePages.list(reading, query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> listRuns(RunQuery query) {
    return read(query.ref().agentId(), reading -> RunTable.list(reading, query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> findRuns(SessionRef.ById ref, Set<String> runIds) {
    return read(ref.agentId(), reading -> RunTable.find(reading, ref, runIds));
  }

  @Override
  public CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds) {
    return read(ref.agentId(), reading -> RunContextTable.find(reading, ref, runIds));
  }

  private <T> CompletableFuture<T> read(@Nullable UUID agentId, Transactions.Read<T> body) {
    if (agentId == null) {
      return handle.read(reading -> transactions.readSnapshot(reading, body));
    }
    return breaker.admits(agentId)
        ? handle.read(
            reading -> breaker.observe(agentId, () -> transactions.readSnapshot(reading, body)))
        : CompletableFuture.failedFuture(AgentBreaker.rejection());
  }

  @Override
  public void close() {
    handle.close();
  }
}
