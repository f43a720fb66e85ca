package dev.parley.storage.live;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.AppendResult;
import dev.parley.model.ErrorReason;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.model.Sha256;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.storage.Append;
import dev.parley.storage.BackupSource;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
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
import dev.parley.storage.webhook.WebhookStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Reports the changes of sessions and runs that are made through it, after their commit. All else
 * is left to the store. A write by session id whose outcome is unknown is reported as well.
 */
public final class NotifyingStore implements Store {
  private final Store store;
  private final List<StoreListener> listeners;

  public NotifyingStore(Store store, List<StoreListener> listeners) {
    this.store = store;
    this.listeners = List.copyOf(listeners);
  }

  /**
   * Reports a write when it is complete. The returned future completes after the report, so the
   * caller of the write can rely on it.
   */
  private <T> CompletableFuture<T> reported(
      CompletableFuture<T> write, SessionRef ref, BiConsumer<StoreListener, T> report) {
    return write.whenComplete(
        (result, failure) -> {
          for (StoreListener listener : listeners) {
            if (failure == null) {
              report.accept(listener, result);
            } else if (isOutcomeUnknown(failure)) {
              if (ref instanceof SessionRef.ById id) {
                listener.changed(SessionId.of(id));
              } else {
                listener.outcomeUnknown(ref.agentId());
              }
            }
          }
        });
  }

  private static boolean isOutcomeUnknown(Throwable failure) {
    return !(failure instanceof SessionException e) || e.reason() == ErrorReason.UNAVAILABLE;
  }

  private CompletableFuture<Session> reported(CompletableFuture<Session> write, SessionRef ref) {
    return reported(write, ref, (listener, session) -> listener.changed(SessionId.of(session)));
  }

  private <T> CompletableFuture<T> reportedRun(CompletableFuture<T> write, SessionRef.ById ref) {
    return reported(write, ref, (listener, run) -> listener.runChanged(SessionId.of(ref)));
  }

  @Override
  public CompletableFuture<Agent> createAgent(Agent agent, AuditContext audit) {
    return store.createAgent(agent, audit);
  }

  @Override
  public CompletableFuture<Optional<Agent>> findAgent(UUID agentId) {
    return store.findAgent(agentId);
  }

  @Override
  public CompletableFuture<List<Agent>> listAgents(AgentQuery query, Cancellation cancellation) {
    return store.listAgents(query, cancellation);
  }

  @Override
  public CompletableFuture<Agent> updateAgent(
      UUID agentId, UnaryOperator<Agent> change, AuditContext audit) {
    return store.updateAgent(agentId, change, audit);
  }

  @Override
  public CompletableFuture<Boolean> deleteAgent(UUID agentId, AuditContext audit) {
    return store
        .deleteAgent(agentId, audit)
        .whenComplete(
            (done, failure) -> listeners.forEach(listener -> listener.changedAgent(agentId)));
  }

  @Override
  public CompletableFuture<ApiKey> createApiKey(ApiKey key, AuditContext audit) {
    return store.createApiKey(key, audit);
  }

  @Override
  public CompletableFuture<ApiKey> replaceMasterKey(ApiKey key, AuditContext audit) {
    return store.replaceMasterKey(key, audit);
  }

  @Override
  public CompletableFuture<Optional<ApiKey>> findApiKey(Sha256 secretHash) {
    return store.findApiKey(secretHash);
  }

  @Override
  public CompletableFuture<Optional<ApiKey>> findApiKey(UUID keyId) {
    return store.findApiKey(keyId);
  }

  @Override
  public CompletableFuture<List<ApiKey>> listApiKeys(ApiKeyQuery query, Cancellation cancellation) {
    return store.listApiKeys(query, cancellation);
  }

  @Override
  public CompletableFuture<ApiKey> revokeApiKey(UUID keyId, Instant now, AuditContext audit) {
    return store.revokeApiKey(keyId, now, audit);
  }

  @Override
  public CompletableFuture<ApiKey> rotateApiKey(
      UUID keyId, ApiKey successor, Instant end, AuditContext audit) {
    return store.rotateApiKey(keyId, successor, end, audit);
  }

  @Override
  public CompletableFuture<Integer> noteApiKeyUses(Map<UUID, Instant> times) {
    return store.noteApiKeyUses(times);
  }

  @Override
  public CompletableFuture<Session> createSession(Session session) {
    return store
        .createSession(session)
        .whenComplete(
            (created, failure) -> {
              if (failure == null) {
                listeners.forEach(listener -> listener.created(created));
              }
            });
  }

  @Override
  public CompletableFuture<Optional<Session>> findSession(
      SessionRef ref, Cancellation cancellation) {
    return store.findSession(ref, cancellation);
  }

  @Override
  public CompletableFuture<Optional<Session>> findSession(
      UUID sessionId, Cancellation cancellation) {
    return store.findSession(sessionId, cancellation);
  }

  @Override
  public CompletableFuture<List<Session>> findSessions(
      UUID agentId, Set<UUID> sessionIds, Cancellation cancellation) {
    return store.findSessions(agentId, sessionIds, cancellation);
  }

  @Override
  public CompletableFuture<List<Session>> findSessions(
      SessionFilter filter, String key, Cancellation cancellation) {
    return store.findSessions(filter, key, cancellation);
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(
      SessionQuery query, Cancellation cancellation) {
    return store.listSessions(query, cancellation);
  }

  @Override
  public CompletableFuture<List<String>> listKeys(KeyQuery query, Cancellation cancellation) {
    return store.listKeys(query, cancellation);
  }

  @Override
  public CompletableFuture<Session> updateSession(SessionRef ref, UnaryOperator<Session> change) {
    return reported(store.updateSession(ref, change), ref);
  }

  @Override
  public CompletableFuture<Session> updateSession(
      SessionRef ref, UnaryOperator<Session> change, AuditContext audit) {
    return reported(store.updateSession(ref, change, audit), ref);
  }

  @Override
  public CompletableFuture<Session> deleteSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    return reported(store.deleteSession(ref, guard, audit), ref);
  }

  @Override
  public CompletableFuture<ExpiredPage> listExpired(ExpiredQuery query, Cancellation cancellation) {
    return store.listExpired(query, cancellation);
  }

  @Override
  public CompletableFuture<Integer> rescheduleExpiry(UUID agentId, Set<UUID> sessionIds) {
    return store.rescheduleExpiry(agentId, sessionIds);
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    return reported(
        store.append(append),
        append.ref(),
        (listener, result) -> listener.appended(result.session(), result.newMessages()));
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> listMessages(
      MessageQuery query, Cancellation cancellation) {
    return store.listMessages(query, cancellation);
  }

  @Override
  public CompletableFuture<Optional<MessagePage>> findMessages(
      MessageLookup lookup, Cancellation cancellation) {
    return store.findMessages(lookup, cancellation);
  }

  @Override
  public CompletableFuture<Message> deleteMessage(
      SessionRef ref, String messageId, AuditContext audit) {
    return reported(
        store.deleteMessage(ref, messageId, audit),
        ref,
        (listener, message) -> {
          if (ref instanceof SessionRef.ById id) {
            listener.messageDeleted(SessionId.of(id), message.sequence());
          } else {
            listener.outcomeUnknown(ref.agentId());
          }
        });
  }

  @Override
  public CompletableFuture<Session> clearSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    return reported(store.clearSession(ref, guard, audit), ref);
  }

  @Override
  public CompletableFuture<Run> createRun(SessionRef.ById ref, Run run) {
    return reportedRun(store.createRun(ref, run), ref);
  }

  @Override
  public CompletableFuture<Run> createRun(
      SessionRef.ById ref, Run run, RunConcurrency concurrency) {
    return reportedRun(store.createRun(ref, run, concurrency), ref);
  }

  @Override
  public CompletableFuture<ExpiredPage> listExpiredLeases(
      ExpiredQuery query, Cancellation cancellation) {
    return store.listExpiredLeases(query, cancellation);
  }

  @Override
  public CompletableFuture<Run> updateRun(Run.Ref ref, UnaryOperator<Run> change) {
    return reportedRun(store.updateRun(ref, change), ref.session());
  }

  @Override
  public CompletableFuture<Optional<RunPage>> listRuns(RunQuery query, Cancellation cancellation) {
    return store.listRuns(query, cancellation);
  }

  @Override
  public CompletableFuture<List<Run>> listRuns(AgentRunQuery query, Cancellation cancellation) {
    return store.listRuns(query, cancellation);
  }

  @Override
  public CompletableFuture<Optional<RunPage>> findRuns(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation) {
    return store.findRuns(ref, runIds, cancellation);
  }

  @Override
  public CompletableFuture<Run> putContext(Run.Ref ref, List<Json> items) {
    return reportedRun(store.putContext(ref, items), ref.session());
  }

  @Override
  public CompletableFuture<Optional<Map<String, List<Json>>>> findContexts(
      SessionRef.ById ref, Set<String> runIds, Cancellation cancellation) {
    return store.findContexts(ref, runIds, cancellation);
  }

  @Override
  public CompletableFuture<AuditEntry> addAuditEntry(AuditEntry entry) {
    return store.addAuditEntry(entry);
  }

  @Override
  public CompletableFuture<List<AuditEntry>> listAuditEntries(
      AuditQuery query, Cancellation cancellation) {
    return store.listAuditEntries(query, cancellation);
  }

  @Override
  public CompletableFuture<Integer> deleteAuditEntries(List<AuditEntry> entries) {
    return store.deleteAuditEntries(entries);
  }

  @Override
  public WebhookStore webhooks() {
    return store.webhooks();
  }

  @Override
  public CompletableFuture<ChangePosition> lastChange() {
    return store.lastChange();
  }

  @Override
  public CompletableFuture<ChangePage> listChanges(ChangeQuery query, Cancellation cancellation) {
    return store.listChanges(query, cancellation);
  }

  @Override
  public Optional<BackupSource> backupSource() {
    return store.backupSource();
  }

  @Override
  public boolean isShared() {
    return store.isShared();
  }

  @Override
  public OptionalLong changeNumber() {
    return store.changeNumber();
  }

  @Override
  public CompletableFuture<StoreSnapshot> snapshot(Cancellation cancellation) {
    return store.snapshot(cancellation);
  }

  @Override
  public CompletableFuture<Void> checkWritable() {
    return store.checkWritable();
  }

  @Override
  public void close() {
    store.close();
  }
}
