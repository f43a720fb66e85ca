package dev.parley.testing.memory;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Cancellation;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.transfer.StoreTransfer;
import dev.parley.storage.transfer.StoredRun;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Reads and writes entities as they are. */
final class InMemoryTransfer implements StoreTransfer {
  private final InMemoryData data;
  private final OperationQueue operations;
  private final InMemoryWrites writes;
  private final ApiKeyWrites apiKeys;

  InMemoryTransfer(
      InMemoryData data, OperationQueue operations, InMemoryWrites writes, ApiKeyWrites apiKeys) {
    this.data = data;
    this.operations = operations;
    this.writes = writes;
    this.apiKeys = apiKeys;
  }

  @Override
  public CompletableFuture<List<Session>> listSessions(UUID agentId, UUID after, int limit) {
    return operations.read(
        Cancellation.NONE,
        () -> {
          NavigableMap<UUID, SessionRow> rest =
              after == null ? data.rows : data.rows.tailMap(after, false);
          return rest.values().stream()
              .filter(row -> row.session() != null && row.agentId().equals(agentId))
              .map(SessionRow::session)
              .limit(limit)
              .toList();
        });
  }

  @Override
  public CompletableFuture<Agent> putAgent(Agent agent) {
    return operations.write(
        () -> {
          Agent stored = StoredTimes.of(agent);
          Agent before = data.agents.get(agent.agentId());
          if (before != null && !before.equalsExceptProfile(stored)) {
            throw StoreErrors.agentExists();
          }
          data.agents.put(stored.agentId(), stored);
          return stored;
        });
  }

  @Override
  public CompletableFuture<Integer> putApiKeys(List<ApiKey> keys) {
    return operations.write(
        () -> {
          keys.stream()
              .filter(key -> !key.isMaster())
              .forEach(key -> writes.requireAgent(key.agentId()));
          keys.forEach(apiKeys::put);
          return keys.size();
        });
  }

  @Override
  public CompletableFuture<Integer> removeSessions(UUID agentId, Set<UUID> sessionIds) {
    return operations.write(
        () -> {
          int removed = 0;
          for (UUID sessionId : sessionIds) {
            SessionRow row = data.rows.get(sessionId);
            if (row != null && row.agentId().equals(agentId)) {
              data.rows.remove(sessionId);
              removed += row.session() == null ? 0 : 1;
            }
          }
          return removed;
        });
  }

  @Override
  public CompletableFuture<Integer> putMessages(UUID agentId, Map<UUID, List<Message>> messages) {
    return operations.write(
        () -> {
          writes.requireAgent(agentId);
          messages.forEach(
              (sessionId, added) ->
                  data.rows.put(
                      sessionId,
                      row(agentId, sessionId)
                          .withMessages(added.stream().map(StoredTimes::of).toList())));
          return messages.values().stream().mapToInt(List::size).sum();
        });
  }

  @Override
  public CompletableFuture<Integer> putRuns(UUID agentId, List<StoredRun> runs) {
    return operations.write(
        () -> {
          writes.requireAgent(agentId);
          for (StoredRun each : runs) {
            UUID sessionId = each.run().sessionId();
            StoredRun stored =
                new StoredRun(StoredTimes.of(each.run()), List.copyOf(each.context()));
            data.rows.put(sessionId, row(agentId, sessionId).withRun(stored));
          }
          return runs.size();
        });
  }

  @Override
  public CompletableFuture<Integer> putSessions(UUID agentId, List<Session> sessions) {
    return operations.write(
        () -> {
          writes.requireAgent(agentId);
          requireKeysFree(agentId, sessions);
          int changed = 0;
          for (Session session : sessions) {
            Session stored = StoredTimes.of(session);
            SessionRow row = row(agentId, session.sessionId());
            if (!stored.equals(row.session())) {
              SessionRow empty = SessionRow.empty(agentId);
              data.rows.put(
                  stored.sessionId(),
                  new SessionRow(
                      agentId,
                      stored,
                      empty.withSession(stored).expiryIndexTime(),
                      row.messages(),
                      row.runs()));
              changed++;
            }
          }
          return changed;
        });
  }

  private void requireKeysFree(UUID agentId, List<Session> sessions) {
    Set<UUID> replaced = sessions.stream().map(Session::sessionId).collect(Collectors.toSet());
    for (Session session : sessions) {
      if (!session.isArchived()) {
        Optional<SessionRow> holder =
            data.findHolder(agentId, session.key())
                .filter(row -> !replaced.contains(row.session().sessionId()));
        if (holder.isPresent()) {
          throw StoreErrors.keyInUse(session.key(), holder.get().session().sessionId());
        }
      }
    }
  }

  private SessionRow row(UUID agentId, UUID sessionId) {
    return data.rows.getOrDefault(sessionId, SessionRow.empty(agentId));
  }

  @Override
  public CompletableFuture<Integer> putAuditEntries(List<AuditEntry> entries) {
    return operations.write(
        () -> {
          entries.forEach(writes::addAuditEntry);
          return entries.size();
        });
  }
}
