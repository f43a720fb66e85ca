package dev.parley.storage.rocksdb;

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
import dev.parley.storage.Append;
import dev.parley.storage.BackupSource;
import dev.parley.storage.Cancellation;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.commit.StoreObserver;
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
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.IndexKeys;
import dev.parley.storage.rocksdb.codec.StoredSession;
import dev.parley.storage.rocksdb.commit.ChangeNumbers;
import dev.parley.storage.rocksdb.commit.Writers;
import dev.parley.storage.rocksdb.engine.Database;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Gauges;
import dev.parley.storage.rocksdb.engine.ReadExecutor;
import dev.parley.storage.rocksdb.files.Checkpoints;
import dev.parley.storage.rocksdb.files.FolderLock;
import dev.parley.storage.rocksdb.read.AgentResolver;
import dev.parley.storage.rocksdb.read.AgentRunReads;
import dev.parley.storage.rocksdb.read.AuditReads;
import dev.parley.storage.rocksdb.read.ChangeReads;
import dev.parley.storage.rocksdb.read.MessageReads;
import dev.parley.storage.rocksdb.read.RunReads;
import dev.parley.storage.rocksdb.read.SessionKeyReads;
import dev.parley.storage.rocksdb.read.SessionLookup;
import dev.parley.storage.rocksdb.read.SessionReads;
import dev.parley.storage.rocksdb.write.AgentWrites;
import dev.parley.storage.rocksdb.write.ApiKeyWrites;
import dev.parley.storage.rocksdb.write.AuditWrites;
import dev.parley.storage.rocksdb.write.MessageWrites;
import dev.parley.storage.rocksdb.write.RunWrites;
import dev.parley.storage.rocksdb.write.SessionRows;
import dev.parley.storage.rocksdb.write.SessionWrites;
import dev.parley.storage.rocksdb.write.TransferWrites;
import dev.parley.storage.rocksdb.write.WebhookWrites;
import dev.parley.storage.rocksdb.write.WriteCheck;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.run.AgentRunQuery;
import dev.parley.storage.transfer.StoreTransfer;
import dev.parley.storage.transfer.TransferableStore;
import dev.parley.storage.webhook.WebhookStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The embedded store. One or more threads run all writes and commit them in groups. A few threads
 * read. Agents and API keys are answered from memory.
 */
final class RocksDbStore implements TransferableStore {
  private final FolderLock lock;
  private final Database database;
  private final Checkpoints checkpoints;
  private final AgentAndKeyCache cache;
  private final MemoryReads memory = new MemoryReads();
  private final ReadExecutor readExecutor;
  private final ChangeNumbers numbers;
  private final Writers writers;
  private final AgentWrites agents;
  private final ApiKeyWrites apiKeys;
  private final SessionWrites sessions;
  private final MessageWrites messages;
  private final RunWrites runs;
  private final AgentResolver agentIds;
  private final SessionReads reads;
  private final WebhookStore webhooks;
  private final StoreTransfer transfer;

  /** Creates the store. It owns {@code lock} and {@code database}, and closes them. */
  RocksDbStore(
      FolderLock lock,
      Database database,
      Checkpoints checkpoints,
      AgentAndKeyCache cache,
      RocksDbSettings settings,
      StoreObserver observer) {
    this.lock = lock;
    this.database = database;
    this.checkpoints = checkpoints;
    this.cache = cache;
    readExecutor =
        new ReadExecutor(database, settings.readers(), settings.waitingReadsMax(), observer);
    // Numbers that were given out after a backup are not used again once it is restored.
    numbers = new ChangeNumbers(ChangeReads.last(database).number(), Micros.of(Instant.now()));
    writers =
        new Writers(
            settings.writers(),
            settings.waitingWritesMax(),
            settings.waitingWriteBytesMax(),
            database,
            numbers,
            observer);
    Gauges.addTo(observer, readExecutor, lock.folder());
    SessionRows rows = new SessionRows(cache);
    agents = new AgentWrites(database, cache, rows);
    apiKeys = new ApiKeyWrites(cache);
    sessions = new SessionWrites(cache, rows);
    messages = new MessageWrites(cache, sessions, rows);
    runs = new RunWrites(rows);
    agentIds = AgentResolver.fromCache(cache);
    reads = new SessionReads(agentIds);
    webhooks = new RocksDbWebhooks(readExecutor, writers, new WebhookWrites(database));
    transfer = new RocksDbTransfer(readExecutor, writers, new TransferWrites(cache, rows));
  }

  @Override
  public CompletableFuture<Agent> createAgent(Agent agent, AuditContext audit) {
    return writers.writeAlone(agent.agentId(), batch -> agents.create(batch, agent, audit));
  }

  @Override
  public CompletableFuture<Optional<Agent>> findAgent(UUID agentId) {
    return memory.read(Cancellation.NONE, () -> Optional.ofNullable(cache.agent(agentId)));
  }

  @Override
  public CompletableFuture<List<Agent>> listAgents(AgentQuery query, Cancellation cancellation) {
    return memory.read(cancellation, () -> cache.list(query));
  }

  @Override
  public CompletableFuture<Agent> updateAgent(
      UUID agentId, UnaryOperator<Agent> change, AuditContext audit) {
    return writers.writeAlone(agentId, batch -> agents.update(batch, agentId, change, audit));
  }

  @Override
  public CompletableFuture<Boolean> deleteAgent(UUID agentId, AuditContext audit) {
    return writers.writeCommitted(agentId, batch -> agents.delete(batch, agentId, audit));
  }

  @Override
  public CompletableFuture<ApiKey> createApiKey(ApiKey key, AuditContext audit) {
    return writers.writeAlone(Writers.NO_AGENT, batch -> apiKeys.create(batch, key, false, audit));
  }

  @Override
  public CompletableFuture<ApiKey> replaceMasterKey(ApiKey key, AuditContext audit) {
    return writers.writeAlone(Writers.NO_AGENT, batch -> apiKeys.create(batch, key, true, audit));
  }

  @Override
  public CompletableFuture<Optional<ApiKey>> findApiKey(Sha256 secretHash) {
    return memory.read(Cancellation.NONE, () -> Optional.ofNullable(cache.key(secretHash)));
  }

  @Override
  public CompletableFuture<Optional<ApiKey>> findApiKey(UUID keyId) {
    return memory.read(Cancellation.NONE, () -> Optional.ofNullable(cache.key(keyId)));
  }

  @Override
  public CompletableFuture<List<ApiKey>> listApiKeys(ApiKeyQuery query, Cancellation cancellation) {
    return memory.read(cancellation, () -> cache.list(query));
  }

  @Override
  public CompletableFuture<ApiKey> revokeApiKey(UUID keyId, Instant now, AuditContext audit) {
    return writers.writeAlone(Writers.NO_AGENT, batch -> apiKeys.revoke(batch, keyId, now, audit));
  }

  @Override
  public CompletableFuture<ApiKey> rotateApiKey(
      UUID keyId, ApiKey successor, Instant end, AuditContext audit) {
    return writers.writeAlone(
        Writers.NO_AGENT, batch -> apiKeys.rotate(batch, keyId, successor, end, audit));
  }

  @Override
  public CompletableFuture<Integer> noteApiKeyUses(Map<UUID, Instant> times) {
    return writers.writeAlone(Writers.NO_AGENT, batch -> apiKeys.noteUses(batch, times));
  }

  @Override
  public CompletableFuture<Session> createSession(Session session) {
    return writers.write(session.agentId(), 0, batch -> sessions.create(batch, session));
  }

  @Override
  public CompletableFuture<Optional<Session>> findSession(
      SessionRef ref, Cancellation cancellation) {
    Function<DatabaseSnapshot, Optional<Session>> whole =
        snapshot -> Optional.ofNullable(SessionLookup.find(snapshot, ref));
    if (!(ref instanceof SessionRef.ById byId)) {
      return readExecutor.readShared(ref, cancellation, whole);
    }
    return readExecutor
        .find(cancellation, source -> Optional.ofNullable(SessionLookup.findRow(source, byId)))
        .thenCompose(
            row ->
                row.isPresent() && row.get().separateDetails()
                    ? readExecutor.readSmall(ref, cancellation, whole)
                    : CompletableFuture.completedFuture(row.map(StoredSession::session)));
  }

  @Override
  public CompletableFuture<Optional<Session>> findSession(
      UUID sessionId, Cancellation cancellation) {
    return readExecutor.read(
        cancellation, snapshot -> Optional.ofNullable(SessionReads.find(snapshot, sessionId)));
  }

  @Override
  public CompletableFuture<List<Session>> findSessions(
      UUID agentId, Set<UUID> sessionIds, Cancellation cancellation) {
    return readExecutor.read(
        cancellation, snapshot -> SessionLookup.find(snapshot, agentId, sessionIds));
  }

  @Override
  public CompletableFuture<List<Session>> findSessions(
      SessionFilter filter, String key, Cancellation cancellation) {
    return readExecutor.read(cancellation, snapshot -> reads.find(snapshot, filter, key));
  }

  @Override
  public CompletableFuture<List<String>> listKeys(KeyQuery query, Cancellation cancellation) {
    return readExecutor.read(
        cancellation, snapshot -> SessionKeyReads.list(snapshot, agentIds, query));
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(
      SessionQuery query, Cancellation cancellation) {
    return readExecutor.readShared(query, cancellation, snapshot -> reads.list(snapshot, query));
  }

  @Override
  public CompletableFuture<Session> updateSession(SessionRef ref, UnaryOperator<Session> change) {
    return writers.write(ref.agentId(), 0, batch -> sessions.update(batch, ref, change, null));
  }

  @Override
  public CompletableFuture<Session> updateSession(
      SessionRef ref, UnaryOperator<Session> change, AuditContext audit) {
    return writers.write(ref.agentId(), 0, batch -> sessions.update(batch, ref, change, audit));
  }

  @Override
  public CompletableFuture<Session> deleteSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    return writers.write(ref.agentId(), 0, batch -> sessions.delete(batch, ref, guard, audit));
  }

  @Override
  public CompletableFuture<ExpiredPage> listExpired(ExpiredQuery query, Cancellation cancellation) {
    return readExecutor.read(
        cancellation, snapshot -> reads.listExpired(snapshot, IndexKeys.expiryIndex(), query));
  }

  @Override
  public CompletableFuture<Integer> rescheduleExpiry(UUID agentId, Set<UUID> sessionIds) {
    return writers.write(
        agentId, 0, batch -> sessions.rescheduleExpiry(batch, agentId, sessionIds));
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    int bytes = append.drafts().stream().mapToInt(Message.Draft::bytes).sum();
    return writers.write(append.ref().agentId(), bytes, batch -> messages.append(batch, append));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> listMessages(
      MessageQuery query, Cancellation cancellation) {
    return MessageReads.isSmall(query)
        ? readExecutor.readSmall(
            query, cancellation, snapshot -> MessageReads.list(snapshot, query))
        : readExecutor.readShared(
            query, cancellation, snapshot -> MessageReads.list(snapshot, query));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> findMessages(
      MessageLookup lookup, Cancellation cancellation) {
    return readExecutor.readShared(
        lookup, cancellation, snapshot -> MessageReads.find(snapshot, lookup));
  }

  @Override
  public CompletableFuture<Message> deleteMessage(
      SessionRef ref, String messageId, AuditContext audit) {
    return writers.write(ref.agentId(), 0, batch -> messages.delete(batch, ref, messageId, audit));
  }

  @Override
  public CompletableFuture<Session> clearSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    return writers.write(ref.agentId(), 0, batch -> messages.clear(batch, ref, guard, audit));
  }

  @Override
  public CompletableFuture<Run> createRun(
      SessionRef.ById ref, Run run, RunConcurrency concurrency) {
    return writers.write(
        ref.agentId(), run.bytes(), batch -> runs.create(batch, ref, run, concurrency));
  }

  @Override
  public CompletableFuture<ExpiredPage> listExpiredLeases(
      ExpiredQuery query, Cancellation cancellation) {
    return readExecutor.read(
        cancellation, snapshot -> reads.listExpired(snapshot, IndexKeys.leaseIndex(), query));
  }

  @Override
  public CompletableFuture<Run> updateRun(Run.Ref ref, UnaryOperator<Run> change) {
    return writers.write(ref.session().agentId(), 0, batch -> runs.update(batch, ref, change));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> listRuns(RunQuery query, Cancellation cancellation) {
    return readExecutor.readShared(query, cancellation, snapshot -> RunReads.list(snapshot, query));
  }

  @Override
  public CompletableFuture<List<Run>> listRuns(AgentRunQuery query, Cancellation cancellation) {
    return readExecutor.readShared(
        query, cancellation, snapshot -> AgentRunReads.list(snapshot, agentIds, query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> findRuns(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation) {
    return readExecutor.read(cancellation, snapshot -> RunReads.find(snapshot, ref, runIds));
  }

  @Override
  public CompletableFuture<Run> putContext(Run.Ref ref, List<Json> items) {
    int bytes = items.stream().mapToInt(item -> item.utf8().length).sum();
    return writers.write(
        ref.session().agentId(), bytes, batch -> runs.putContext(batch, ref, items));
  }

  @Override
  public CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation) {
    return readExecutor.read(cancellation, snapshot -> RunReads.contexts(snapshot, ref, runIds));
  }

  @Override
  public CompletableFuture<StoreSnapshot> snapshot(Cancellation cancellation) {
    return readExecutor.snapshot(cancellation).thenApply(RocksDbSnapshot::new);
  }

  @Override
  public CompletableFuture<AuditEntry> addAuditEntry(AuditEntry entry) {
    return writers.write(Writers.NO_AGENT, 0, batch -> AuditWrites.put(batch, entry));
  }

  @Override
  public CompletableFuture<List<AuditEntry>> listAuditEntries(
      AuditQuery query, Cancellation cancellation) {
    return readExecutor.read(cancellation, snapshot -> AuditReads.list(snapshot, query));
  }

  @Override
  public CompletableFuture<Integer> deleteAuditEntries(List<AuditEntry> entries) {
    return writers.write(Writers.NO_AGENT, 0, batch -> AuditWrites.deleteAll(batch, entries));
  }

  @Override
  public CompletableFuture<ChangePosition> lastChange() {
    return memory.read(Cancellation.NONE, numbers::visible);
  }

  @Override
  public CompletableFuture<ChangePage> listChanges(ChangeQuery query, Cancellation cancellation) {
    // Taken before the snapshot, which therefore contains all changes up to it.
    ChangePosition last = numbers.visible();
    return readExecutor.read(cancellation, snapshot -> ChangeReads.list(snapshot, query, last));
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
  public OptionalLong changeNumber() {
    long sequence = readExecutor.measure(Database::sequence);
    // 0 once the store is closed.
    return sequence == 0 ? OptionalLong.empty() : OptionalLong.of(sequence);
  }

  @Override
  public Optional<BackupSource> backupSource() {
    return Optional.of(checkpoints);
  }

  @Override
  public CompletableFuture<Void> checkWritable() {
    return writers.write(Writers.NO_AGENT, 0, WriteCheck::add).thenAccept(written -> {});
  }

  @Override
  public synchronized void close() {
    if (memory.close()) {
      writers.close();
      readExecutor.close();
      checkpoints.close();
      database.close();
      lock.close();
    }
  }
}
