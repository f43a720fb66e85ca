package dev.parley.storage.rocksdb.write;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.change.Change;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.read.SessionLookup;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.rules.UpdateRules;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes sessions, except for appends. */
public final class SessionWrites {
  private final AgentAndKeyCache cache;
  private final SessionRows rows;

  public SessionWrites(AgentAndKeyCache cache, SessionRows rows) {
    this.cache = cache;
    this.rows = rows;
  }

  public Session create(Batch batch, Session session) {
    Session created = newSession(batch, session);
    requireKeyFree(batch, created);
    batch.log(Change.ofSession(created));
    rows.put(batch, null, created);
    return created;
  }

  public Session update(
      Batch batch, SessionRef ref, UnaryOperator<Session> change, @Nullable AuditContext audit) {
    Session before = require(batch, ref);
    Session after = UpdateRules.apply(before, change, audit);
    if (before.isArchived() && !after.isArchived()) {
      requireKeyFree(batch, after);
    }
    if (after.equals(before)) {
      return before;
    }
    if (audit != null) {
      AuditWrites.put(batch, audit.entryFor(cache.ownerOf(after), after));
    }
    batch.log(Change.ofSession(after));
    rows.put(batch, before, after);
    return after;
  }

  public Session delete(Batch batch, SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    Session session = require(batch, ref);
    guard.accept(session);
    AuditWrites.put(batch, audit.entryFor(cache.ownerOf(session), session));
    batch.log(Change.deleted(session));
    rows.remove(batch, session);
    return session;
  }

  public int rescheduleExpiry(Batch batch, UUID agentId, Set<UUID> sessionIds) {
    int found = 0;
    for (UUID sessionId : sessionIds) {
      Session session = SessionLookup.find(batch, new SessionRef.ById(agentId, sessionId, null));
      if (session != null) {
        rows.rescheduleExpiry(batch, session);
        found++;
      }
    }
    return found;
  }

  /**
   * Prepares a new session with the defaults of its agent. Does not check whether its key is free.
   */
  public Session newSession(Batch batch, Session session) {
    Agent agent = cache.agent(session.agentId());
    if (agent == null) {
      throw StoreErrors.agentNotFound();
    }
    byte[] row = Keys.session(UpdateRules.requireNew(session).agentId(), session.sessionId());
    if (batch.get(ColumnFamily.SESSIONS, row) != null) {
      throw new IllegalArgumentException("A session with this id already exists.");
    }
    return session.withDefaultTtl(agent.defaultSessionTtl());
  }

  public static Session require(Batch batch, SessionRef ref) {
    Session session = SessionLookup.find(batch, ref);
    if (session == null) {
      throw StoreErrors.sessionNotFound();
    }
    return session;
  }

  static Session requireActive(Batch batch, SessionRef ref) {
    Session session = require(batch, ref);
    if (session.isArchived()) {
      throw StoreErrors.sessionArchived();
    }
    return session;
  }

  static void requireKeyFree(Batch batch, Session session) {
    UUID holder = SessionLookup.findKeyHolder(batch, session.agentId(), session.key());
    if (holder != null) {
      throw StoreErrors.keyInUse(session.key(), holder);
    }
  }
}
