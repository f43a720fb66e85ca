package dev.parley.storage.postgres.write;

import dev.parley.model.AppendResult;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.postgres.sql.BoundStatement;
import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.table.AgentTable;
import dev.parley.storage.postgres.table.MessageTable;
import dev.parley.storage.postgres.table.SessionLocationTable;
import dev.parley.storage.postgres.table.SessionLocks;
import dev.parley.storage.postgres.table.SessionTable;
import dev.parley.storage.rules.AppendPlan;
import dev.parley.storage.rules.StoreErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Appends of one transaction. The number of statements per agent does not depend on the number of
 * appends: they lock the sessions, look up ids that callers chose, and write messages and sessions.
 * The appends are planned in between, in memory, so that each append sees the previous ones.
 */
final class AppendBatch {
  private final Connection connection;
  private final boolean waitForLocks;

  /**
   * Creates a batch.
   *
   * @param waitForLocks whether to wait for sessions and agents that another transaction has
   *     locked; if false, appends to these, and to sessions that may be missing, are deferred
   */
  AppendBatch(Connection connection, boolean waitForLocks) {
    this.connection = connection;
    this.waitForLocks = waitForLocks;
  }

  /**
   * The outcome of one append.
   *
   * @param appended null if the append failed or is deferred
   * @param failure null unless the append failed
   */
  record Outcome(@Nullable AppendResult appended, @Nullable RuntimeException failure) {
    static final Outcome DEFERRED = new Outcome(null, null);
  }

  /** Writes the appends. Their outcomes are valid once the transaction is committed. */
  List<Outcome> run(List<PendingAppend> batch) throws SQLException {
    // In the same order in every transaction, so that two cannot deadlock.
    Map<UUID, OfAgent> agents = new TreeMap<>();
    List<OfAgent> agentOf = new ArrayList<>(batch.size());
    for (PendingAppend pending : batch) {
      UUID agentId = pending.append().ref().agentId();
      OfAgent agent = agents.computeIfAbsent(agentId, OfAgent::new);
      agent.appends.add(pending.append());
      agentOf.add(agent);
    }
    for (OfAgent agent : agents.values()) {
      agent.read();
    }
    List<Outcome> outcomes = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      outcomes.add(agentOf.get(i).plan(batch.get(i).append()));
    }
    for (OfAgent agent : agents.values()) {
      agent.write();
    }
    return outcomes;
  }

  /**
   * The appends to the sessions of one agent, and these sessions in their state after the appends
   * so far.
   */
  private final class OfAgent {
    private final UUID agentId;
    private final List<Append> appends = new ArrayList<>();
    private AgentTable.@Nullable HeldAgent home;
    private boolean allLocked;

    private final Map<UUID, Session> sessions = new HashMap<>();
    private final Map<String, UUID> holders = new HashMap<>();
    private final Map<UUID, Map<String, Message>> stored = new HashMap<>();

    private final Set<UUID> created = new HashSet<>();
    private final Map<UUID, List<Message>> newMessages = new LinkedHashMap<>();

    OfAgent(UUID agentId) {
      this.agentId = agentId;
    }

    void read() throws SQLException {
      if (appends.stream().anyMatch(append -> append.sessionIfMissing() != null)) {
        home =
            waitForLocks
                ? AgentTable.lock(connection, agentId)
                : AgentTable.tryLock(connection, agentId);
      }
      Set<UUID> ids = new HashSet<>();
      Set<String> keys = new HashSet<>();
      for (Append append : appends) {
        if (append.ref() instanceof SessionRef.ByKey byKey) {
          keys.add(byKey.key());
        } else {
          ids.add(((SessionRef.ById) append.ref()).sessionId());
        }
      }
      if (!keys.isEmpty()) {
        ids.addAll(SessionTable.findIds(connection, agentId, keys));
      }
      if (!ids.isEmpty()) {
        List<Session> locked =
            waitForLocks
                ? SessionLocks.lock(connection, agentId, ids)
                : SessionLocks.lockAvailable(connection, agentId, ids);
        locked.forEach(this::put);
      }
      allLocked = sessions.keySet().containsAll(ids);
      Map<UUID, Set<String>> wanted = new HashMap<>();
      for (Append append : appends) {
        Session session = find(append.ref());
        if (session != null && session.headSequence() > 0 && !append.chosenIds().isEmpty()) {
          wanted
              .computeIfAbsent(session.sessionId(), id -> new HashSet<>())
              .addAll(append.chosenIds());
        }
      }
      if (!wanted.isEmpty()) {
        MessageTable.find(connection, agentId, wanted, stored);
      }
    }

    Outcome plan(Append append) {
      try {
        Session before = find(append.ref());
        if (before == null && !waitForLocks && !isSurelyMissing(append)) {
          return Outcome.DEFERRED;
        }
        Session session = before == null ? newSession(append) : before;
        Map<String, Message> known =
            stored.computeIfAbsent(session.sessionId(), id -> new HashMap<>());
        AppendPlan plan = AppendPlan.of(append, session, known);
        if (!plan.newMessages().isEmpty()) {
          if (before == null) {
            created.add(session.sessionId());
          }
          put(plan.session());
          plan.newMessages().forEach(message -> known.put(message.draft().messageId(), message));
          newMessages
              .computeIfAbsent(session.sessionId(), id -> new ArrayList<>())
              .addAll(plan.newMessages());
        }
        return new Outcome(plan.appended(), null);
      } catch (RuntimeException failure) {
        return new Outcome(null, failure);
      }
    }

    /** Whether the session does not exist, as opposed to being locked by another transaction. */
    private boolean isSurelyMissing(Append append) {
      boolean mayBeMade = append.sessionIfMissing() == null || home != null;
      return append.ref() instanceof SessionRef.ByKey && allLocked && mayBeMade;
    }

    private Session newSession(Append append) {
      Session session = SessionWrites.asStored(AppendPlan.newSession(append));
      if (home == null) {
        throw StoreErrors.agentNotFound();
      }
      UUID holder = holders.get(session.key());
      if (holder != null) {
        throw StoreErrors.keyInUse(session.key(), holder);
      }
      return session.withDefaultTtl(home.defaultSessionTtl());
    }

    private @Nullable Session find(SessionRef ref) {
      UUID sessionId =
          ref instanceof SessionRef.ByKey byKey
              ? holders.get(byKey.key())
              : ((SessionRef.ById) ref).sessionId();
      Session session = sessionId == null ? null : sessions.get(sessionId);
      return session != null && ref.matches(session) ? session : null;
    }

    private void put(Session session) {
      sessions.put(session.sessionId(), session);
      if (!session.isArchived()) {
        holders.put(session.key(), session.sessionId());
      }
    }

    void write() throws SQLException {
      if (newMessages.isEmpty()) {
        return;
      }
      List<Session> updated = new ArrayList<>();
      Map<String, Session> added = new TreeMap<>();
      for (UUID sessionId : newMessages.keySet()) {
        Session session = Objects.requireNonNull(sessions.get(sessionId));
        if (created.contains(sessionId)) {
          added.put(session.key(), session);
        } else {
          updated.add(session);
        }
      }
      if (!added.isEmpty() && home != null) {
        SessionTable.insert(connection, added.values());
        SessionLocationTable.add(connection, home.owner(), added.values());
      }
      try (BoundStatement statement = new BoundStatement(connection, UPDATE_COUNTS_AND_INSERT)) {
        SessionTable.bindCounts(statement, agentId, updated);
        MessageTable.bind(statement, agentId, newMessages);
        statement.run();
      }
    }
  }

  private static final Sql UPDATE_COUNTS_AND_INSERT =
      SessionTable.UPDATE_COUNTS.then(MessageTable.INSERT);
}
