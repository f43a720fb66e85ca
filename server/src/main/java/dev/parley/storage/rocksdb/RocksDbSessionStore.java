package dev.parley.storage.rocksdb;

import dev.parley.model.Act;
import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Appended;
import dev.parley.model.AuditEntry;
import dev.parley.model.ErrorReason;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.RunRef;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.Sha256;
import dev.parley.storage.AgentQuery;
import dev.parley.storage.ApiKeyQuery;
import dev.parley.storage.Append;
import dev.parley.storage.AuditQuery;
import dev.parley.storage.BackupSource;
import dev.parley.storage.Cancellation;
import dev.parley.storage.DuePage;
import dev.parley.storage.DueQuery;
import dev.parley.storage.KeyQuery;
import dev.parley.storage.MessagePage;
import dev.parley.storage.MessageQuery;
import dev.parley.storage.RunPage;
import dev.parley.storage.RunQuery;
import dev.parley.storage.SessionFilter;
import dev.parley.storage.SessionQuery;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.StoreTransfer;
import dev.parley.storage.TransferableStore;
import dev.parley.storage.commit.Lane;
import dev.parley.storage.commit.Watch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The embedded store. One lane makes all writes, one after the other, and commits them in groups; a
 * few threads read; agents and keys are answered from memory.
 */
final class RocksDbSessionStore implements TransferableStore {
  private static final int WRITES_PER_BATCH_MAX = 1_024;

  private final FolderLock lock;
  private final Database database;
  private final Checkpoints checkpoints;
  private final Directory directory;
  private final Readers readers;
  private final Lane<Write<?>> lane;

  private final AgentWrites agents;
  private final ApiKeyWrites apiKeys;
  private final SessionWrites sessions;
  private final MessageWrites messages;
  private final RunWrites runs;
  private final AgentIds agentIds;
  private final SessionReads reads;
  private final StoreTransfer transfer;

  private volatile boolean closed;

  /** Takes over {@code lock} and {@code database}, and closes them when it is closed. */
  RocksDbSessionStore(
      FolderLock lock,
      Database database,
      Checkpoints checkpoints,
      Directory directory,
      RocksDbSettings settings,
      Watch watch) {
    this.lock = lock;
    this.database = database;
    this.checkpoints = checkpoints;
    this.directory = directory;
    readers = new Readers(database, settings.readers(), settings.waitingReadsMax(), watch);
    lane =
        new Lane<>(
            "parley-writer",
            settings.waitingWritesMax(),
            settings.waitingWriteBytesMax(),
            WRITES_PER_BATCH_MAX,
            new Commits(database, watch),
            watch);
    Gauges.addTo(watch, readers);
    SessionRows rows = new SessionRows(directory);
    agents = new AgentWrites(database, directory, rows);
    apiKeys = new ApiKeyWrites(directory);
    sessions = new SessionWrites(directory, rows);
    messages = new MessageWrites(sessions, rows);
    runs = new RunWrites(rows);
    agentIds = AgentIds.present(directory);
    reads = new SessionReads(agentIds);
    transfer = new RocksDbTransfer(readers, lane, new TransferWrites(directory, rows));
  }

  @Override
  public CompletableFuture<Agent> createAgent(Agent agent, Act act) {
    return write(batch -> agents.create(batch, agent, act));
  }

  @Override
  public CompletableFuture<Optional<Agent>> findAgent(UUID agentId) {
    return recall(() -> Optional.ofNullable(directory.agent(agentId)));
  }

  @Override
  public CompletableFuture<List<Agent>> listAgents(AgentQuery query, Cancellation cancellation) {
    return recall(cancellation, () -> directory.list(query));
  }

  @Override
  public CompletableFuture<Agent> updateAgent(UUID agentId, UnaryOperator<Agent> change, Act act) {
    return write(batch -> agents.update(batch, agentId, change, act));
  }

  @Override
  public CompletableFuture<Boolean> deleteAgent(UUID agentId, Act act) {
    return write(new Write<>(0, true, batch -> agents.delete(batch, agentId, act)));
  }

  @Override
  public CompletableFuture<ApiKey> createApiKey(ApiKey key, Act act) {
    return write(batch -> apiKeys.create(batch, key, act));
  }

  @Override
  public CompletableFuture<Optional<ApiKey>> findApiKey(Sha256 secretHash) {
    return recall(() -> Optional.ofNullable(directory.key(secretHash)));
  }

  @Override
  public CompletableFuture<Optional<ApiKey>> findApiKey(UUID keyId) {
    return recall(() -> Optional.ofNullable(directory.key(keyId)));
  }

  @Override
  public CompletableFuture<List<ApiKey>> listApiKeys(ApiKeyQuery query, Cancellation cancellation) {
    return recall(cancellation, () -> directory.list(query));
  }

  @Override
  public CompletableFuture<ApiKey> revokeApiKey(UUID keyId, Instant now, Act act) {
    return write(batch -> apiKeys.revoke(batch, keyId, now, act));
  }

  @Override
  public CompletableFuture<ApiKey> rotateApiKey(
      UUID keyId, ApiKey successor, Instant end, Act act) {
    return write(batch -> apiKeys.rotate(batch, keyId, successor, end, act));
  }

  @Override
  public CompletableFuture<Integer> noteApiKeyUses(Map<UUID, Instant> times) {
    return write(batch -> apiKeys.noteUses(batch, times));
  }

  @Override
  public CompletableFuture<Session> createSession(Session session) {
    return write(batch -> sessions.create(batch, session));
  }

  @Override
  public CompletableFuture<Optional<Session>> findSession(
      SessionRef ref, Cancellation cancellation) {
    return ref instanceof SessionRef.ById
        ? readers.find(cancellation, source -> Optional.ofNullable(SessionRows.find(source, ref)))
        : readers.read(cancellation, view -> Optional.ofNullable(SessionRows.find(view, ref)));
  }

  @Override
  public CompletableFuture<Optional<Session>> findSession(
      UUID sessionId, Cancellation cancellation) {
    return readers.read(
        cancellation, view -> Optional.ofNullable(SessionReads.find(view, sessionId)));
  }

  @Override
  public CompletableFuture<List<Session>> findSessions(
      SessionFilter filter, String key, Cancellation cancellation) {
    return readers.read(cancellation, view -> reads.find(view, filter, key));
  }

  @Override
  public CompletableFuture<List<String>> listKeys(KeyQuery query, Cancellation cancellation) {
    return readers.read(cancellation, view -> KeyReads.list(view, agentIds, query));
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(
      SessionQuery query, Cancellation cancellation) {
    return readers.read(cancellation, view -> reads.list(view, query));
  }

  @Override
  public CompletableFuture<Session> updateSession(SessionRef ref, UnaryOperator<Session> change) {
    return write(batch -> sessions.update(batch, ref, change, null));
  }

  @Override
  public CompletableFuture<Session> updateSession(
      SessionRef ref, UnaryOperator<Session> change, Act act) {
    return write(batch -> sessions.update(batch, ref, change, act));
  }

  @Override
  public CompletableFuture<Session> deleteSession(
      SessionRef ref, Consumer<Session> guard, Act act) {
    return write(batch -> sessions.delete(batch, ref, guard, act));
  }

  @Override
  public CompletableFuture<DuePage> listDue(DueQuery query, Cancellation cancellation) {
    return readers.read(cancellation, view -> reads.listDue(view, query));
  }

  @Override
  public CompletableFuture<Integer> refile(UUID agentId, Set<UUID> sessionIds) {
    return write(batch -> sessions.refile(batch, agentId, sessionIds));
  }

  @Override
  public CompletableFuture<Appended> append(Append append) {
    int bytes = append.drafts().stream().mapToInt(Message.Draft::bytes).sum();
    return write(bytes, batch -> messages.append(batch, append));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> listMessages(
      MessageQuery query, Cancellation cancellation) {
    return MessageReads.isLittle(query)
        ? readers.readLittle(cancellation, view -> MessageReads.list(view, query))
        : readers.read(cancellation, view -> MessageReads.list(view, query));
  }

  @Override
  public CompletableFuture<Run> createRun(SessionRef.ById ref, Run run) {
    return write(run.bytes(), batch -> runs.create(batch, ref, run));
  }

  @Override
  public CompletableFuture<Run> updateRun(RunRef ref, UnaryOperator<Run> change) {
    return write(batch -> runs.update(batch, ref, change));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> listRuns(RunQuery query, Cancellation cancellation) {
    return readers.read(cancellation, view -> RunReads.list(view, query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> findRuns(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation) {
    return readers.read(cancellation, view -> RunReads.find(view, ref, runIds));
  }

  @Override
  public CompletableFuture<Run> putContext(RunRef ref, List<Json> items) {
    int bytes = items.stream().mapToInt(item -> item.utf8().length).sum();
    return write(bytes, batch -> runs.putContext(batch, ref, items));
  }

  @Override
  public CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation) {
    return readers.read(cancellation, view -> RunReads.contexts(view, ref, runIds));
  }

  @Override
  public CompletableFuture<StoreSnapshot> snapshot(Cancellation cancellation) {
    return readers.snapshot(cancellation).thenApply(RocksDbSnapshot::new);
  }

  @Override
  public CompletableFuture<AuditEntry> addAuditEntry(AuditEntry entry) {
    return write(batch -> AuditWrites.put(batch, entry));
  }

  @Override
  public CompletableFuture<List<AuditEntry>> listAuditEntries(
      AuditQuery query, Cancellation cancellation) {
    return readers.read(cancellation, view -> AuditReads.list(view, query));
  }

  @Override
  public StoreTransfer transfer() {
    return transfer;
  }

  @Override
  public Optional<BackupSource> backupSource() {
    return Optional.of(checkpoints);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    lane.close();
    readers.close();
    checkpoints.close();
    database.close();
    lock.close();
  }

  /** A write that holds next to nothing. */
  private <T> CompletableFuture<T> write(Function<Batch, T> body) {
    return write(0, body);
  }

  private <T> CompletableFuture<T> write(int bytes, Function<Batch, T> body) {
    return write(new Write<>(bytes, false, body));
  }

  private <T> CompletableFuture<T> write(Write<T> write) {
    lane.submit(write);
    return write.future();
  }

  private <T> CompletableFuture<T> recall(Cancellation cancellation, Supplier<T> body) {
    return cancellation.isCancelled()
        ? CompletableFuture.failedFuture(Cancellation.exception())
        : recall(body);
  }

  /** Answers from memory, and so at once. */
  private <T> CompletableFuture<T> recall(Supplier<T> body) {
    return closed
        ? CompletableFuture.failedFuture(
            new SessionException(ErrorReason.UNAVAILABLE, "The store is closed."))
        : CompletableFuture.completedFuture(body.get());
  }
}
