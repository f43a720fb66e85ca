package dev.parley.testing.memory;

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
import dev.parley.storage.Cancellation;
import dev.parley.storage.StoreSnapshot;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A store that keeps everything in memory, for unit tests. It keeps the whole contract except for
 * durability and the costs of reads.
 */
public final class InMemoryStore implements TransferableStore {
  private final InMemoryData data;
  private final OperationQueue operations = new OperationQueue();
  private final InMemoryWrites writes;
  private final ApiKeyWrites apiKeys;
  private final StoreTransfer transfer;
  private final AtomicInteger openSnapshots = new AtomicInteger();

  /** Creates an empty store. */
  public InMemoryStore() {
    this(new InMemoryData());
  }

  /** Opens a store on existing data. Only one store may be open on it at a time. */
  public InMemoryStore(InMemoryData data) {
    this.data = data;
    writes = new InMemoryWrites(data);
    apiKeys = new ApiKeyWrites(data, writes);
    transfer = new InMemoryTransfer(data, operations, writes, apiKeys);
  }

  /** The number of snapshots that are not closed. */
  public int openSnapshots() {
    return openSnapshots.get();
  }

  @Override
  public CompletableFuture<Agent> createAgent(Agent agent, AuditContext audit) {
    return operations.write(() -> writes.createAgent(agent, audit));
  }

  @Override
  public CompletableFuture<Optional<Agent>> findAgent(UUID agentId) {
    return read(Cancellation.NONE, reads -> Optional.ofNullable(data.agents.get(agentId)));
  }

  @Override
  public CompletableFuture<List<Agent>> listAgents(AgentQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.agents(query));
  }

  @Override
  public CompletableFuture<Agent> updateAgent(
      UUID agentId, UnaryOperator<Agent> change, AuditContext audit) {
    return operations.write(() -> writes.updateAgent(agentId, change, audit));
  }

  @Override
  public CompletableFuture<Boolean> deleteAgent(UUID agentId, AuditContext audit) {
    return operations.write(() -> writes.deleteAgent(agentId, audit));
  }

  @Override
  public CompletableFuture<ApiKey> createApiKey(ApiKey key, AuditContext audit) {
    return operations.write(() -> apiKeys.create(key, false, audit));
  }

  @Override
  public CompletableFuture<ApiKey> replaceMasterKey(ApiKey key, AuditContext audit) {
    return operations.write(() -> apiKeys.create(key, true, audit));
  }

  @Override
  public CompletableFuture<Optional<ApiKey>> findApiKey(Sha256 secretHash) {
    return read(Cancellation.NONE, reads -> ApiKeyWrites.find(data, secretHash));
  }

  @Override
  public CompletableFuture<Optional<ApiKey>> findApiKey(UUID keyId) {
    return read(Cancellation.NONE, reads -> Optional.ofNullable(data.apiKeys.get(keyId)));
  }

  @Override
  public CompletableFuture<List<ApiKey>> listApiKeys(ApiKeyQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.apiKeys(query));
  }

  @Override
  public CompletableFuture<ApiKey> revokeApiKey(UUID keyId, Instant now, AuditContext audit) {
    return operations.write(() -> apiKeys.revoke(keyId, now, audit));
  }

  @Override
  public CompletableFuture<ApiKey> rotateApiKey(
      UUID keyId, ApiKey successor, Instant end, AuditContext audit) {
    return operations.write(() -> apiKeys.rotate(keyId, successor, end, audit));
  }

  @Override
  public CompletableFuture<Integer> noteApiKeyUses(Map<UUID, Instant> times) {
    return operations.write(() -> apiKeys.noteUses(times));
  }

  @Override
  public CompletableFuture<Session> createSession(Session session) {
    return operations.write(() -> writes.createSession(session));
  }

  @Override
  public CompletableFuture<Optional<Session>> findSession(
      SessionRef ref, Cancellation cancellation) {
    return read(cancellation, reads -> data.find(ref).map(SessionRow::session));
  }

  @Override
  public CompletableFuture<Optional<Session>> findSession(
      UUID sessionId, Cancellation cancellation) {
    return read(cancellation, reads -> reads.session(sessionId));
  }

  @Override
  public CompletableFuture<List<Session>> findSessions(
      UUID agentId, Set<UUID> sessionIds, Cancellation cancellation) {
    return read(cancellation, reads -> reads.sessions(agentId, sessionIds));
  }

  @Override
  public CompletableFuture<List<Session>> findSessions(
      SessionFilter filter, String key, Cancellation cancellation) {
    return read(cancellation, reads -> reads.sessions(filter, key));
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(
      SessionQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.sessions(query));
  }

  @Override
  public CompletableFuture<List<String>> listKeys(KeyQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.keys(query));
  }

  @Override
  public CompletableFuture<Session> updateSession(SessionRef ref, UnaryOperator<Session> change) {
    return updateSession(ref, change, null);
  }

  @Override
  public CompletableFuture<Session> updateSession(
      SessionRef ref, UnaryOperator<Session> change, AuditContext audit) {
    return operations.write(() -> writes.updateSession(ref, change, audit));
  }

  @Override
  public CompletableFuture<Session> deleteSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    return operations.write(() -> writes.deleteSession(ref, guard, audit));
  }

  @Override
  public CompletableFuture<ExpiredPage> listExpired(ExpiredQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.expired(query));
  }

  @Override
  public CompletableFuture<Integer> rescheduleExpiry(UUID agentId, Set<UUID> sessionIds) {
    return operations.write(() -> writes.rescheduleExpiry(agentId, sessionIds));
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    return operations.write(() -> writes.append(append));
  }

  @Override
  public CompletableFuture<Message> deleteMessage(
      SessionRef ref, String messageId, AuditContext audit) {
    return operations.write(() -> writes.deleteMessage(ref, messageId, audit));
  }

  @Override
  public CompletableFuture<Session> clearSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    return operations.write(() -> writes.clearSession(ref, guard, audit));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> listMessages(
      MessageQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.messages(query));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> findMessages(
      MessageLookup lookup, Cancellation cancellation) {
    return read(cancellation, reads -> reads.messages(lookup));
  }

  @Override
  public CompletableFuture<Run> createRun(
      SessionRef.ById ref, Run run, RunConcurrency concurrency) {
    return operations.write(() -> writes.createRun(ref, run, concurrency));
  }

  @Override
  public CompletableFuture<ExpiredPage> listExpiredLeases(
      ExpiredQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.expiredLeases(query));
  }

  @Override
  public CompletableFuture<Run> updateRun(Run.Ref ref, UnaryOperator<Run> change) {
    return operations.write(() -> writes.updateRun(ref, change));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> listRuns(RunQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.runs(query));
  }

  @Override
  public CompletableFuture<List<Run>> listRuns(AgentRunQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.runs(query));
  }

  @Override
  public CompletableFuture<Optional<RunPage>> findRuns(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation) {
    return read(cancellation, reads -> reads.runs(ref, runIds));
  }

  @Override
  public CompletableFuture<Run> putContext(Run.Ref ref, List<Json> items) {
    return operations.write(() -> writes.putContext(ref, items));
  }

  @Override
  public CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation) {
    return read(cancellation, reads -> reads.contexts(ref, runIds));
  }

  @Override
  public CompletableFuture<AuditEntry> addAuditEntry(AuditEntry entry) {
    return operations.write(() -> writes.addAuditEntry(entry));
  }

  @Override
  public CompletableFuture<List<AuditEntry>> listAuditEntries(
      AuditQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.auditEntries(query));
  }

  @Override
  public CompletableFuture<Integer> deleteAuditEntries(List<AuditEntry> entries) {
    return operations.write(() -> writes.deleteAuditEntries(entries));
  }

  @Override
  public CompletableFuture<ChangePosition> lastChange() {
    return read(Cancellation.NONE, reads -> data.lastChange);
  }

  @Override
  public CompletableFuture<ChangePage> listChanges(ChangeQuery query, Cancellation cancellation) {
    return read(cancellation, reads -> reads.changes(query));
  }

  @Override
  public CompletableFuture<StoreSnapshot> snapshot(Cancellation cancellation) {
    return operations.read(
        cancellation,
        () -> {
          openSnapshots.incrementAndGet();
          StoreSnapshot snapshot =
              new InMemorySnapshot(data.copy(), operations, openSnapshots::decrementAndGet);
          cancellation.whenCancelled(snapshot::close);
          return snapshot;
        });
  }

  private <T> CompletableFuture<T> read(
      Cancellation cancellation, Function<InMemoryReads, T> body) {
    return operations.read(cancellation, () -> body.apply(new InMemoryReads(data, cancellation)));
  }

  @Override
  public WebhookStore webhooks() {
    return new InMemoryWebhooks(data, operations, writes);
  }

  @Override
  public StoreTransfer transfer() {
    return transfer;
  }

  @Override
  public CompletableFuture<Void> checkWritable() {
    return operations.write(() -> null);
  }

  @Override
  public void close() {
    operations.close();
  }
}
