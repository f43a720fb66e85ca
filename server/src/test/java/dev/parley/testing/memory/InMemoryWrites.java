package dev.parley.testing.memory;

import dev.parley.model.Agent;
import dev.parley.model.AppendResult;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.storage.Append;
import dev.parley.storage.change.Change;
import dev.parley.storage.rules.AppendPlan;
import dev.parley.storage.rules.LeaseRules;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.rules.UpdateRules;
import dev.parley.storage.transfer.StoredRun;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The writes. Each checks everything before it changes anything, so it is atomic. */
record InMemoryWrites(InMemoryData data) {

  Agent createAgent(Agent agent, AuditContext audit) {
    if (data.agents.containsKey(agent.agentId())) {
      throw StoreErrors.agentExists();
    }
    Agent stored = StoredTimes.of(agent);
    data.agents.put(stored.agentId(), stored);
    addAuditEntry(audit.entryFor(stored));
    return stored;
  }

  Agent updateAgent(UUID agentId, UnaryOperator<Agent> change, AuditContext audit) {
    Agent before = requireAgent(agentId);
    Agent after = StoredTimes.of(UpdateRules.apply(before, change));
    if (!after.equals(before)) {
      data.agents.put(agentId, after);
      addAuditEntry(audit.entryFor(after));
    }
    return after;
  }

  boolean deleteAgent(UUID agentId, AuditContext audit) {
    Agent agent = data.agents.remove(agentId);
    if (agent == null) {
      return false;
    }
    data.apiKeys.values().removeIf(key -> agentId.equals(key.agentId()));
    data.rows.values().removeIf(row -> row.agentId().equals(agentId));
    data.changes.values().removeIf(change -> change.agentId().equals(agentId));
    addAuditEntry(audit.entryFor(agent));
    return true;
  }

  Agent requireAgent(UUID agentId) {
    return Optional.ofNullable(data.agents.get(agentId)).orElseThrow(StoreErrors::agentNotFound);
  }

  Session createSession(Session session) {
    Session created = newSession(session);
    data.rows.put(created.sessionId(), SessionRow.empty(created.agentId()).withSession(created));
    data.add(Change.ofSession(created));
    return created;
  }

  private Session newSession(Session session) {
    Agent agent = requireAgent(session.agentId());
    if (data.rows.containsKey(UpdateRules.requireNew(session).sessionId())) {
      throw new IllegalArgumentException("A session with this id already exists.");
    }
    requireKeyFree(session);
    return StoredTimes.of(session).withDefaultTtl(agent.defaultSessionTtl());
  }

  void requireKeyFree(Session session) {
    Optional<SessionRow> holder = data.findHolder(session.agentId(), session.key());
    if (holder.isPresent()) {
      throw StoreErrors.keyInUse(session.key(), holder.get().session().sessionId());
    }
  }

  /**
   * Updates a session.
   *
   * @param audit null if the update is not audited
   */
  Session updateSession(SessionRef ref, UnaryOperator<Session> change, AuditContext audit) {
    SessionRow row = require(ref);
    Session before = row.session();
    Session after = StoredTimes.of(UpdateRules.apply(before, change, audit));
    if (before.isArchived() && !after.isArchived()) {
      requireKeyFree(after);
    }
    if (after.equals(before)) {
      return before;
    }
    data.rows.put(after.sessionId(), row.withSession(after));
    data.add(Change.ofSession(after));
    if (audit != null) {
      addAuditEntry(audit.entryFor(data.ownerOf(after), after));
    }
    return after;
  }

  Session deleteSession(SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    Session session = require(ref).session();
    guard.accept(session);
    data.rows.remove(session.sessionId());
    data.add(Change.deleted(session));
    addAuditEntry(audit.entryFor(data.ownerOf(session), session));
    return session;
  }

  int rescheduleExpiry(UUID agentId, Set<UUID> sessionIds) {
    int found = 0;
    for (UUID sessionId : sessionIds) {
      Optional<SessionRow> row = data.find(new SessionRef.ById(agentId, sessionId, null));
      if (row.isPresent()) {
        data.rows.put(sessionId, row.get().rescheduled());
        found++;
      }
    }
    return found;
  }

  AppendResult append(Append append) {
    Optional<SessionRow> existing = data.find(append.ref());
    SessionRow row;
    AppendPlan plan;
    if (existing.isPresent()) {
      row = existing.get();
      plan = AppendPlan.of(append, row.session(), chosen(row, append.chosenIds()));
    } else {
      Session created = newSession(AppendPlan.newSession(append));
      row = SessionRow.empty(created.agentId());
      plan = AppendPlan.of(append, created, Map.of());
    }
    if (!plan.newMessages().isEmpty()) {
      Session after = plan.session();
      data.rows.put(after.sessionId(), row.withSession(after).withMessages(plan.newMessages()));
      if (existing.isEmpty()) {
        data.add(Change.ofSession(after));
      }
      data.add(Change.appended(after, plan.newMessages()));
    }
    return plan.appended();
  }

  /** The messages of a session with these ids, by id. */
  private static Map<String, Message> chosen(SessionRow row, Set<String> ids) {
    Map<String, Message> chosen = new HashMap<>();
    if (!ids.isEmpty()) {
      row.messages().values().stream()
          .filter(message -> ids.contains(message.draft().messageId()))
          .forEach(message -> chosen.put(message.draft().messageId(), message));
    }
    return chosen;
  }

  Message deleteMessage(SessionRef ref, String messageId, AuditContext audit) {
    SessionRow row = requireActive(ref);
    Session session = row.session();
    Message message = chosen(row, Set.of(messageId)).get(messageId);
    if (message == null || message.isDeleted()) {
      throw StoreErrors.messageNotFound(messageId);
    }
    Message deleted = message.deleted(Micros.truncate(audit.time()));
    Session after = session.withDeleted(message.draft().role());
    data.rows.put(after.sessionId(), row.withSession(after).withMessages(List.of(deleted)));
    data.add(Change.messageDeleted(after, deleted.sequence()));
    addAuditEntry(audit.entryFor(data.ownerOf(session), session, message));
    return deleted;
  }

  Session clearSession(SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    SessionRow row = requireActive(ref);
    guard.accept(row.session());
    Session after = row.session().withCleared();
    data.rows.put(after.sessionId(), row.withSession(after).withoutMessages());
    data.add(Change.ofSession(after));
    addAuditEntry(audit.entryFor(data.ownerOf(after), after));
    return after;
  }

  Run createRun(SessionRef.ById ref, Run run, RunConcurrency concurrency) {
    SessionRow row = requireActive(ref);
    Session session = row.session();
    if (!run.agentId().equals(session.agentId()) || !run.sessionId().equals(session.sessionId())) {
      throw new IllegalArgumentException("The run belongs to another session.");
    }
    if (row.run(run.runId()).isPresent()) {
      throw StoreErrors.runExists();
    }
    List<String> ended = LeaseRules.ended(session, run, concurrency);
    for (String runId : ended) {
      StoredRun other = requireRun(row, runId);
      Run after = StoredTimes.of(LeaseRules.end(other.run(), run.createTime()));
      row = row.withRun(new StoredRun(after, other.context()));
      data.add(Change.ofRun(after));
    }
    Session after = LeaseRules.started(session, run, ended);
    Run stored = StoredTimes.of(run.withNumber(after.runCount()).withContextBytes(0));
    data.rows.put(
        after.sessionId(), row.withSession(after).withRun(new StoredRun(stored, List.of())));
    data.add(Change.ofRun(stored));
    return LeaseRules.leased(after, stored);
  }

  Run updateRun(Run.Ref ref, UnaryOperator<Run> change) {
    SessionRow row = requireActive(ref.session());
    StoredRun before = requireRun(row, ref.runId());
    Run after = StoredTimes.of(UpdateRules.apply(before.run(), change));
    Session session = LeaseRules.updated(row.session(), after);
    data.rows.put(
        after.sessionId(),
        row.withSession(session).withRun(new StoredRun(after, before.context())));
    if (!after.withLease(null).equals(before.run().withLease(null))) {
      data.add(Change.ofRun(after));
    }
    return LeaseRules.leased(session, after);
  }

  Run putContext(Run.Ref ref, List<Json> items) {
    SessionRow row = requireActive(ref.session());
    Run before = requireRun(row, ref.runId()).run();
    Run after = before.withContextBytes(items.stream().mapToLong(i -> i.utf8().length).sum());
    data.rows.put(after.sessionId(), row.withRun(new StoredRun(after, List.copyOf(items))));
    data.add(Change.ofRun(after));
    return after;
  }

  private static StoredRun requireRun(SessionRow row, String runId) {
    return row.run(runId).orElseThrow(StoreErrors::runNotFound);
  }

  private SessionRow require(SessionRef ref) {
    return data.find(ref).orElseThrow(StoreErrors::sessionNotFound);
  }

  private SessionRow requireActive(SessionRef ref) {
    SessionRow row = require(ref);
    if (row.session().isArchived()) {
      throw StoreErrors.sessionArchived();
    }
    return row;
  }

  /** Adds or replaces an entry. */
  AuditEntry addAuditEntry(AuditEntry entry) {
    AuditEntry stored = StoredTimes.of(entry);
    data.audit.remove(stored);
    data.audit.add(stored);
    return stored;
  }

  int deleteAuditEntries(List<AuditEntry> entries) {
    return (int) entries.stream().filter(data.audit::remove).count();
  }
}
