package dev.parley.storage.postgres.write;

import dev.parley.model.AppendResult;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.change.Change;
import dev.parley.storage.postgres.list.SessionIndexes;
import dev.parley.storage.postgres.list.SessionLabelTable;
import dev.parley.storage.postgres.table.AgentTable;
import dev.parley.storage.postgres.table.SessionLocationTable;
import dev.parley.storage.postgres.table.SessionTable;
import dev.parley.storage.query.ListOrder;
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
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Appends of one transaction. The number of statements does not depend on the number of appends:
 * they lock the sessions, look up ids that callers chose, and write messages and sessions. The
 * appends are planned in between, in memory, so that each append sees the previous ones.
 */
final class AppendBatch {
  private final Connection connection;
  private final AppendRows rows;
  private final boolean waitForLocks;

  /** In the same order in every transaction, so that two cannot deadlock. */
  private final Map<UUID, OfAgent> agents = new TreeMap<>(ListOrder.BY_ID);

  private AppendBatch(Connection connection, AppendRows rows, boolean waitForLocks) {
    this.connection = connection;
    this.rows = rows;
    this.waitForLocks = waitForLocks;
  }

  /**
   * Creates a batch of many agents. It does not wait for sessions and agents that another
   * transaction has locked: appends to these, and to sessions that may be missing, are deferred.
   *
   * @param distributed whether each agent needs its own statements
   */
  static AppendBatch together(
      Connection connection, BusySessions busySessions, boolean distributed) {
    return distributed
        ? ofAgent(connection, busySessions, false)
        : new AppendBatch(connection, new JointRows(connection, busySessions), false);
  }

  /**
   * Creates a batch with statements for each agent.
   *
   * @param waitForLocks whether to wait for sessions and agents that another transaction has
   *     locked; if false, appends to these, and to sessions that may be missing, are deferred
   */
  static AppendBatch ofAgent(
      Connection connection, BusySessions busySessions, boolean waitForLocks) {
    return new AppendBatch(
        connection, new RowsByAgent(connection, busySessions, waitForLocks), waitForLocks);
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
    for (PendingAppend pending : batch) {
      agents.computeIfAbsent(pending.agentId(), OfAgent::new).appends.add(pending.append());
    }
    readSessions();
    readMessages();
    List<Outcome> outcomes = new ArrayList<>(batch.size());
    for (PendingAppend pending : batch) {
      outcomes.add(of(pending.agentId()).plan(pending.append()));
    }
    write();
    return outcomes;
  }

  private OfAgent of(UUID agentId) {
    return Objects.requireNonNull(agents.get(agentId));
  }

  private void readSessions() throws SQLException {
    Set<UUID> creating = new TreeSet<>(ListOrder.BY_ID);
    Map<UUID, Set<String>> keys = new LinkedHashMap<>();
    Map<UUID, Set<UUID>> ids = new LinkedHashMap<>();
    agents.forEach(
        (agentId, agent) -> {
          for (Append append : agent.appends) {
            if (append.sessionIfMissing() != null) {
              creating.add(agentId);
            }
            if (append.ref() instanceof SessionRef.ByKey byKey) {
              keys.computeIfAbsent(agentId, id -> new TreeSet<>()).add(byKey.key());
            } else {
              ids.computeIfAbsent(agentId, id -> new TreeSet<>(ListOrder.BY_ID))
                  .add(((SessionRef.ById) append.ref()).sessionId());
            }
          }
        });
    if (!creating.isEmpty()) {
      rows.lockHomes(creating).forEach((agentId, home) -> of(agentId).home = home);
    }
    if (!keys.isEmpty()) {
      rows.findIds(keys)
          .forEach(
              (agentId, found) ->
                  ids.computeIfAbsent(agentId, id -> new TreeSet<>(ListOrder.BY_ID)).addAll(found));
    }
    ids.values().removeIf(Set::isEmpty);
    if (!ids.isEmpty()) {
      rows.lock(ids).forEach(session -> of(session.agentId()).put(session));
    }
    agents.forEach(
        (agentId, agent) ->
            agent.allLocked =
                agent.sessions.keySet().containsAll(ids.getOrDefault(agentId, Set.of())));
  }

  private void readMessages() throws SQLException {
    Map<UUID, Map<UUID, Set<String>>> wanted = new LinkedHashMap<>();
    Map<UUID, OfAgent> agentOf = new HashMap<>();
    agents.forEach(
        (agentId, agent) -> {
          for (Append append : agent.appends) {
            Session session = agent.find(append.ref());
            if (session != null && session.headSequence() > 0 && !append.chosenIds().isEmpty()) {
              agentOf.put(session.sessionId(), agent);
              wanted
                  .computeIfAbsent(agentId, id -> new LinkedHashMap<>())
                  .computeIfAbsent(session.sessionId(), id -> new HashSet<>())
                  .addAll(append.chosenIds());
            }
          }
        });
    if (!wanted.isEmpty()) {
      rows.findMessages(
          wanted,
          (sessionId, message) ->
              Objects.requireNonNull(agentOf.get(sessionId)).addStored(sessionId, message));
    }
  }

  private void write() throws SQLException {
    Map<UUID, List<Session>> updated = new LinkedHashMap<>();
    Map<UUID, Map<UUID, List<Message>>> messages = new LinkedHashMap<>();
    List<Change> changes = new ArrayList<>();
    for (OfAgent agent : agents.values()) {
      if (!agent.newMessages.isEmpty()) {
        agent.insertSessions(connection);
        List<Session> ofAgent = agent.updated();
        SessionLabelTable.touch(connection, agent.agentId, ofAgent);
        updated.put(agent.agentId, ofAgent);
        messages.put(agent.agentId, agent.newMessages);
        changes.addAll(agent.changes);
      }
    }
    if (!messages.isEmpty()) {
      rows.write(updated, messages, changes);
    }
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
    private final List<Change> changes = new ArrayList<>();

    OfAgent(UUID agentId) {
      this.agentId = agentId;
    }

    void addStored(UUID sessionId, Message message) {
      stored
          .computeIfAbsent(sessionId, id -> new HashMap<>())
          .put(message.draft().messageId(), message);
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
            changes.add(Change.ofSession(session));
          }
          changes.add(Change.appended(session, plan.newMessages()));
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

    /**
     * Whether the session does not exist, as opposed to being locked by another transaction, and
     * can be created here if that is wanted.
     */
    private boolean isSurelyMissing(Append append) {
      boolean mayBeMade =
          append.sessionIfMissing() == null || (home != null && rows.createsSessions());
      return append.ref() instanceof SessionRef.ByKey && allLocked && mayBeMade;
    }

    private Session newSession(Append append) {
      Session session = AppendPlan.newSession(append);
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

    /** Inserts the new sessions, in the order of keys. */
    void insertSessions(Connection connection) throws SQLException {
      Map<String, Session> added = new TreeMap<>();
      for (UUID sessionId : created) {
        Session session = Objects.requireNonNull(sessions.get(sessionId));
        added.put(session.key(), session);
      }
      if (!added.isEmpty() && home != null) {
        SessionTable.insert(connection, added.values());
        SessionIndexes.add(connection, added.values());
        SessionLocationTable.add(connection, home.owner(), added.values());
      }
    }

    /** The sessions that existed before and have new messages. */
    List<Session> updated() {
      return newMessages.keySet().stream()
          .filter(sessionId -> !created.contains(sessionId))
          .map(sessionId -> Objects.requireNonNull(sessions.get(sessionId)))
          .toList();
    }
  }
}
