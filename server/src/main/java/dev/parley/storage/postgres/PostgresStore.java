package dev.parley.storage.postgres;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.AppendResult;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.Sha256;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.search.IndexedStore;
import dev.parley.search.SearchIndex;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.commit.SnapshotPool;
import dev.parley.storage.commit.StoreObserver;
import dev.parley.storage.postgres.change.ChangeLog;
import dev.parley.storage.postgres.list.RunLists;
import dev.parley.storage.postgres.list.SessionKeyLists;
import dev.parley.storage.postgres.list.SessionLists;
import dev.parley.storage.postgres.search.PostgresIndex;
import dev.parley.storage.postgres.table.AgentTable;
import dev.parley.storage.postgres.table.ApiKeyTable;
import dev.parley.storage.postgres.table.AuditTable;
import dev.parley.storage.postgres.table.ExpiredSessions;
import dev.parley.storage.postgres.table.MessagePages;
import dev.parley.storage.postgres.table.MessageTable;
import dev.parley.storage.postgres.table.RunContextTable;
import dev.parley.storage.postgres.table.RunTable;
import dev.parley.storage.postgres.table.SessionTable;
import dev.parley.storage.postgres.transaction.AgentBreaker;
import dev.parley.storage.postgres.transaction.AgentNodes;
import dev.parley.storage.postgres.transaction.PoolSizes;
import dev.parley.storage.postgres.transaction.ReadTransaction;
import dev.parley.storage.postgres.transaction.SnapshotConnections;
import dev.parley.storage.postgres.transaction.Transactions;
import dev.parley.storage.postgres.write.ApiKeyWrites;
import dev.parley.storage.postgres.write.RunWrites;
import dev.parley.storage.postgres.write.SessionWrites;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.run.AgentRunQuery;
import dev.parley.storage.transfer.StoreTransfer;
import dev.parley.storage.transfer.TransferableStore;
import dev.parley.storage.webhook.WebhookStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The shared store. Group commit queues, each with a connection, append messages. Lookups of agents
 * and keys, which every call needs, are batched as well. All other operations run on a bounded
 * number of threads, each with a connection.
 */
final class PostgresStore implements TransferableStore, IndexedStore {
  private final Transactions transactions;
  private final StoreWorkers workers;
  private final SnapshotPool<ReadTransaction> snapshots;
  private final AgentBreaker breaker;
  private final OperationExecutor operations;
  private final StoreAppends appends;
  private final DirectoryLookups directory;
  private final ChangeLog changeLog;
  private final WebhookStore webhooks;
  private final StoreTransfer transfer;
  private final SessionLists sessionLists;

  private boolean closed;

  PostgresStore(
      String url,
      boolean distributed,
      PostgresSettings settings,
      MeterRegistry metrics,
      StoreObserver observer) {
    PoolSizes sizes = PoolSizes.of(settings.connections(), settings.appendQueues());
    transactions = new Transactions(url, distributed, sizes, settings.patience(), metrics);
    workers = StoreWorkers.start(sizes, DirectoryLookups.CONNECTIONS, settings, observer);
    snapshots = SnapshotConnections.pool(transactions, sizes, settings.waitingMax(), observer);
    sessionLists = new SessionLists(distributed);
    transfer = new PostgresTransfer(transactions, workers.readers(), workers.writers());
    directory = new DirectoryLookups(transactions, settings.waitingMax(), observer);
    changeLog =
        new ChangeLog(
            transactions, workers.readers(), distributed, settings.waitingMax(), observer);
    AgentNodes nodes = distributed ? AgentNodes.of(transactions) : AgentNodes.none();
    breaker = new AgentBreaker(nodes, settings.patience().multipliedBy(2));
    operations = new OperationExecutor(transactions, workers.readers(), workers.writers(), breaker);
    webhooks = new PostgresWebhooks(operations);
    appends =
        new StoreAppends(transactions, operations, breaker, workers, nodes, settings, observer);
    DatabaseSize.addTo(observer, transactions, workers.readers());
  }

  @Override
  public SearchIndex openIndex() {
    return new PostgresIndex(transactions, workers.searchers());
  }

  @Override
  public CompletableFuture<Agent> createAgent(Agent agent, AuditContext audit) {
    return operations.write(null, connection -> AgentTable.create(connection, agent, audit));
  }

  @Override
  public CompletableFuture<Optional<Agent>> findAgent(UUID agentId) {
    return directory.agents().find(agentId);
  }

  @Override
  public CompletableFuture<List<Agent>> listAgents(AgentQuery query, Cancellation cancellation) {
    return operations.read(null, cancellation, reading -> AgentTable.list(reading, query));
  }

  @Override
  public CompletableFuture<Agent> updateAgent(
      UUID agentId, UnaryOperator<Agent> change, AuditContext audit) {
    return operations.write(
        null, connection -> AgentTable.update(connection, agentId, change, audit));
  }

  @Override
  public CompletableFuture<Boolean> deleteAgent(UUID agentId, AuditContext audit) {
    return operations.writeLong(
        agentId,
        connection -> AgentTable.deleteHome(connection, agentId, audit),
        (connection, there) -> {
          if (there) {
            AgentTable.deleteData(connection, agentId);
          }
        });
  }

  @Override
  public CompletableFuture<ApiKey> createApiKey(ApiKey key, AuditContext audit) {
    return operations.write(null, connection -> ApiKeyWrites.create(connection, key, false, audit));
  }

  @Override
  public CompletableFuture<ApiKey> replaceMasterKey(ApiKey key, AuditContext audit) {
    return operations.write(null, connection -> ApiKeyWrites.create(connection, key, true, audit));
  }

  @Override
  public CompletableFuture<Optional<ApiKey>> findApiKey(Sha256 secretHash) {
    return directory.keys().find(secretHash);
  }

  @Override
  public CompletableFuture<Optional<ApiKey>> findApiKey(UUID keyId) {
    return operations.read(
        null, Cancellation.NONE, reading -> ApiKeyTable.find(reading.connection(), keyId));
  }

  @Override
  public CompletableFuture<List<ApiKey>> listApiKeys(ApiKeyQuery query, Cancellation cancellation) {
    return operations.read(null, cancellation, reading -> ApiKeyTable.list(reading, query));
  }

  @Override
  public CompletableFuture<ApiKey> revokeApiKey(UUID keyId, Instant now, AuditContext audit) {
    return operations.write(null, connection -> ApiKeyWrites.revoke(connection, keyId, now, audit));
  }

  @Override
  public CompletableFuture<ApiKey> rotateApiKey(
      UUID keyId, ApiKey successor, Instant end, AuditContext audit) {
    return operations.write(
        null, connection -> ApiKeyWrites.rotate(connection, keyId, successor, end, audit));
  }

  @Override
  public CompletableFuture<Integer> noteApiKeyUses(Map<UUID, Instant> times) {
    return operations.write(null, connection -> ApiKeyTable.noteUses(connection, times));
  }

  @Override
  public CompletableFuture<Session> createSession(Session session) {
    return operations.write(
        session.agentId(), connection -> SessionWrites.create(connection, session));
  }

  @Override
  public CompletableFuture<Optional<Session>> findSession(
      SessionRef ref, Cancellation cancellation) {
    return operations.find(
        ref,
        ref.agentId(),
        cancellation,
        reading -> Optional.ofNullable(SessionTable.find(reading, ref)));
  }

  @Override
  public CompletableFuture<Optional<Session>> findSession(
      UUID sessionId, Cancellation cancellation) {
    return operations.read(
        null,
        cancellation,
        reading -> Optional.ofNullable(SessionTable.findAnywhere(reading, sessionId)));
  }

  @Override
  public CompletableFuture<List<Session>> findSessions(
      UUID agentId, Set<UUID> sessionIds, Cancellation cancellation) {
    return operations.read(
        agentId, cancellation, reading -> SessionTable.find(reading, agentId, sessionIds));
  }

  @Override
  public CompletableFuture<List<Session>> findSessions(
      SessionFilter filter, String key, Cancellation cancellation) {
    return operations.readConsistent(
        filter.agentId(), cancellation, reading -> SessionLists.find(reading, filter, key));
  }

  @Override
  public CompletableFuture<List<String>> listKeys(KeyQuery query, Cancellation cancellation) {
    return operations.readConsistent(
        query.filter().agentId(), cancellation, reading -> SessionKeyLists.list(reading, query));
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(
      SessionQuery query, Cancellation cancellation) {
    UUID agentId = query.filter().agentId();
    return operations.readPage(
        query, agentId, cancellation, reading -> sessionLists.list(reading, query));
  }

  @Override
  public CompletableFuture<Session> updateSession(SessionRef ref, UnaryOperator<Session> change) {
    return operations.write(
        ref.agentId(), connection -> SessionWrites.update(connection, ref, change, null));
  }

  @Override
  public CompletableFuture<Session> updateSession(
      SessionRef ref, UnaryOperator<Session> change, AuditContext audit) {
    return operations.write(
        ref.agentId(), connection -> SessionWrites.update(connection, ref, change, audit));
  }

  @Override
  public CompletableFuture<Session> deleteSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    return operations.writeLong(
        ref.agentId(),
        connection -> SessionWrites.deleteRow(connection, ref, guard, audit),
        SessionWrites::deleteData);
  }

  @Override
  public CompletableFuture<ExpiredPage> listExpired(ExpiredQuery query, Cancellation cancellation) {
    return operations.readConsistent(
        null, cancellation, reading -> ExpiredSessions.list(reading, query));
  }

  @Override
  public CompletableFuture<Integer> rescheduleExpiry(UUID agentId, Set<UUID> sessionIds) {
    return operations.write(
        agentId, connection -> ExpiredSessions.rescheduleExpiry(connection, agentId, sessionIds));
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    return appends.append(append);
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> listMessages(
      MessageQuery query, Cancellation cancellation) {
    return operations.readPage(
        query, query.ref().agentId(), cancellation, reading -> MessagePages.list(reading, query));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> findMessages(
      MessageLookup lookup, Cancellation cancellation) {
    UUID agentId = lookup.ref().agentId();
    return operations.readPage(
        lookup, agentId, cancellation, reading -> MessagePages.find(reading, lookup));
  }

  @Override
  public CompletableFuture<Message> deleteMessage(
      SessionRef ref, String messageId, AuditContext audit) {
    return operations.write(
        ref.agentId(),
        connection -> SessionWrites.deleteMessage(connection, ref, messageId, audit));
  }

  @Override
  public CompletableFuture<Session> clearSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    return operations
        .writeLong(
            ref.agentId(),
            connection -> SessionWrites.clearRow(connection, ref, guard, audit),
            MessageTable::delete)
        .thenApply(Session::withCleared);
  }

  @Override
  public CompletableFuture<Run> createRun(
      SessionRef.ById ref, Run run, RunConcurrency concurrency) {
    return operations.write(
        ref.agentId(), connection -> RunWrites.create(connection, ref, run, concurrency));
  }

  @Override
  public CompletableFuture<ExpiredPage> listExpiredLeases(
      ExpiredQuery query, Cancellation cancellation) {
    return operations.readConsistent(
        null, cancellation, reading -> ExpiredSessions.listLeases(reading, query));
  }

  @Override
  public CompletableFuture<Run> updateRun(Run.Ref ref, UnaryOperator<Run> change) {
    return operations.write(
        ref.session().agentId(), connection -> RunWrites.update(connection, ref, change));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> listRuns(RunQuery query, Cancellation cancellation) {
    return operations.readPage(
        query, query.ref().agentId(), cancellation, reading -> RunTable.list(reading, query));
  }

  @Override
  public CompletableFuture<List<Run>> listRuns(AgentRunQuery query, Cancellation cancellation) {
    boolean distributed = sessionLists.isDistributed();
    UUID agentId = query.agentId();
    return operations.readPage(
        query, agentId, cancellation, reading -> RunLists.list(reading, distributed, query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> findRuns(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation) {
    return operations.readConsistent(
        ref.agentId(), cancellation, reading -> RunTable.find(reading, ref, runIds));
  }

  @Override
  public CompletableFuture<Run> putContext(Run.Ref ref, List<Json> items) {
    return operations.write(
        ref.session().agentId(), connection -> RunWrites.putContext(connection, ref, items));
  }

  @Override
  public CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation) {
    return operations.readConsistent(
        ref.agentId(), cancellation, reading -> RunContextTable.find(reading, ref, runIds));
  }

  @Override
  public CompletableFuture<StoreSnapshot> snapshot(Cancellation cancellation) {
    return snapshots
        .open(cancellation)
        .thenApply(handle -> new PostgresSnapshot(transactions, breaker, sessionLists, handle));
  }

  @Override
  public CompletableFuture<AuditEntry> addAuditEntry(AuditEntry entry) {
    return operations.write(null, connection -> AuditTable.add(connection, entry));
  }

  @Override
  public CompletableFuture<List<AuditEntry>> listAuditEntries(
      AuditQuery query, Cancellation cancellation) {
    return operations.read(null, cancellation, reading -> AuditTable.list(reading, query));
  }

  @Override
  public CompletableFuture<Integer> deleteAuditEntries(List<AuditEntry> entries) {
    return operations.write(null, connection -> AuditTable.deleteAll(connection, entries));
  }

  @Override
  public CompletableFuture<ChangePosition> lastChange() {
    return changeLog.last();
  }

  @Override
  public CompletableFuture<ChangePage> listChanges(ChangeQuery query, Cancellation cancellation) {
    return changeLog.list(query, cancellation);
  }

  @Override
  public WebhookStore webhooks() {
    return webhooks;
  }

  @Override
  public StoreTransfer transfer() {
    return transfer;
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public CompletableFuture<Void> checkWritable() {
    return workers.writers().run(transactions::checkWritable).thenAccept(written -> {});
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    appends.close();
    workers.close();
    snapshots.close();
    directory.close();
    changeLog.close();
    transactions.close();
  }
}
