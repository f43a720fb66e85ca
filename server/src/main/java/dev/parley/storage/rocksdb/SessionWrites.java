package dev.parley.storage.rocksdb;

import dev.parley.model.Act;
import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Changes;
import dev.parley.storage.Refusals;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is done to sessions, apart from appending to them. */
final class SessionWrites {
  private final Directory directory;
  private final SessionRows rows;

  SessionWrites(Directory directory, SessionRows rows) {
    this.directory = directory;
    this.rows = rows;
  }

  Session create(Batch batch, Session session) {
    Session made = made(batch, session);
    requireKeyFree(batch, made);
    return rows.put(batch, null, made);
  }

  Session update(Batch batch, SessionRef ref, UnaryOperator<Session> change, @Nullable Act act) {
    Session before = require(batch, ref);
    Session after = Changes.of(before, change, act);
    if (before.isArchived() && !after.isArchived()) {
      requireKeyFree(batch, after);
    }
    if (after.equals(before)) {
      return before;
    }
    if (act != null) {
      AuditWrites.put(batch, act.on(directory.ownerOf(after), after));
    }
    return rows.put(batch, before, after);
  }

  Session delete(Batch batch, SessionRef ref, Consumer<Session> guard, Act act) {
    Session session = require(batch, ref);
    guard.accept(session);
    AuditWrites.put(batch, act.on(directory.ownerOf(session), session));
    rows.remove(batch, session);
    return session;
  }

  int refile(Batch batch, UUID agentId, Set<UUID> sessionIds) {
    int there = 0;
    for (UUID sessionId : sessionIds) {
      Session session = SessionRows.find(batch, new SessionRef.ById(agentId, sessionId, null));
      if (session != null) {
        rows.refile(batch, session);
        there++;
      }
    }
    return there;
  }

  /** A session that is to be added, with what its agent gives it; may be so, but for its key. */
  Session made(Batch batch, Session session) {
    Agent agent = directory.agent(session.agentId());
    if (agent == null) {
      throw Refusals.agentNotFound();
    }
    byte[] row = Keys.session(Changes.requireNew(session).agentId(), session.sessionId());
    if (batch.get(Family.SESSIONS, row) != null) {
      throw new IllegalArgumentException("A new session has a new id.");
    }
    return session.withDefaultTtl(agent.defaultSessionTtl());
  }

  static Session require(Batch batch, SessionRef ref) {
    Session session = SessionRows.find(batch, ref);
    if (session == null) {
      throw Refusals.sessionNotFound();
    }
    return session;
  }

  static void requireKeyFree(Batch batch, Session session) {
    UUID holder = SessionRows.holder(batch, session.agentId(), session.key());
    if (holder != null) {
      throw Refusals.keyInUse(session.key(), holder);
    }
  }
}
