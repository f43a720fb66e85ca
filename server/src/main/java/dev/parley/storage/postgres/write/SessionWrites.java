package dev.parley.storage.postgres.write;

import dev.parley.model.Agent;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.change.Change;
import dev.parley.storage.postgres.change.ChangeTable;
import dev.parley.storage.postgres.list.SessionIndexes;
import dev.parley.storage.postgres.table.AgentTable;
import dev.parley.storage.postgres.table.AuditTable;
import dev.parley.storage.postgres.table.MessageTable;
import dev.parley.storage.postgres.table.RunTable;
import dev.parley.storage.postgres.table.SessionLocationTable;
import dev.parley.storage.postgres.table.SessionLocks;
import dev.parley.storage.postgres.table.SessionTable;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.rules.StoreErrors;
import dev.parley.storage.rules.UpdateRules;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes sessions and deletes messages. */
public final class SessionWrites {
  private SessionWrites() {}

  public static Session create(Connection connection, Session session) throws SQLException {
    AgentTable.HeldAgent home = AgentTable.lock(connection, session.agentId());
    if (home == null) {
      throw StoreErrors.agentNotFound();
    }
    Session stored = UpdateRules.requireNew(session).withDefaultTtl(home.defaultSessionTtl());
    requireKeyFree(connection, stored);
    SessionTable.insert(connection, List.of(stored));
    SessionIndexes.add(connection, List.of(stored));
    SessionLocationTable.add(connection, home.owner(), List.of(stored));
    ChangeTable.add(connection, Change.ofSession(stored));
    return stored;
  }

  public static Session update(
      Connection connection,
      SessionRef ref,
      UnaryOperator<Session> change,
      @Nullable AuditContext audit)
      throws SQLException {
    Session before = require(connection, ref);
    Session after = UpdateRules.apply(before, change, audit);
    if (after.equals(before)) {
      return before;
    }
    if (before.isArchived() && !after.isArchived()) {
      requireKeyFree(connection, after);
    }
    SessionTable.update(connection, after);
    SessionIndexes.update(connection, before, after);
    ChangeTable.add(connection, Change.ofSession(after));
    if (!Objects.equals(before.profile().user(), after.profile().user())) {
      SessionLocationTable.move(connection, owner(connection, after), before, after);
    }
    if (audit != null) {
      AuditTable.add(connection, audit.entryFor(owner(connection, after), after));
    }
    return after;
  }

  /** Starts deleting a session. */
  public static Session deleteRow(
      Connection connection, SessionRef ref, Consumer<Session> guard, AuditContext audit)
      throws SQLException {
    Session session = require(connection, ref);
    guard.accept(session);
    SessionTable.delete(connection, session);
    SessionIndexes.remove(connection, session);
    String owner = owner(connection, session);
    SessionLocationTable.remove(connection, owner, session);
    ChangeTable.add(connection, Change.deleted(session));
    AuditTable.add(connection, audit.entryFor(owner, session));
    return session;
  }

  /** Starts clearing a session. Returns its state before. */
  public static Session clearRow(
      Connection connection, SessionRef ref, Consumer<Session> guard, AuditContext audit)
      throws SQLException {
    Session before = requireActive(connection, ref);
    guard.accept(before);
    SessionTable.updateDeleted(connection, before.withCleared());
    ChangeTable.add(connection, Change.ofSession(before));
    AuditTable.add(connection, audit.entryFor(owner(connection, before), before));
    return before;
  }

  /** Deletes the content of a message. */
  public static Message deleteMessage(
      Connection connection, SessionRef ref, String messageId, AuditContext audit)
      throws SQLException {
    Session session = requireActive(connection, ref);
    Message deleted =
        MessageTable.deleteContent(connection, session, messageId, Micros.truncate(audit.time()));
    if (deleted == null) {
      throw StoreErrors.messageNotFound(messageId);
    }
    SessionTable.updateDeleted(connection, session.withDeleted(deleted.draft().role()));
    ChangeTable.add(connection, Change.messageDeleted(session, deleted.sequence()));
    AuditTable.add(connection, audit.entryFor(owner(connection, session), session, deleted));
    return deleted;
  }

  /** Deletes the messages and runs of a session. */
  public static void deleteData(Connection connection, Session session) throws SQLException {
    MessageTable.delete(connection, session);
    RunTable.delete(connection, session);
  }

  /** The session, locked until the transaction ends. */
  public static Session require(Connection connection, SessionRef ref) throws SQLException {
    Session session = SessionLocks.lock(connection, ref);
    if (session == null) {
      throw StoreErrors.sessionNotFound();
    }
    return session;
  }

  /** The active session, locked until the transaction ends. */
  static Session requireActive(Connection connection, SessionRef ref) throws SQLException {
    Session session = require(connection, ref);
    if (session.isArchived()) {
      throw StoreErrors.sessionArchived();
    }
    return session;
  }

  /**
   * If two transactions find a key free at the same time, the unique index fails one of them, which
   * is then retried.
   */
  private static void requireKeyFree(Connection connection, Session session) throws SQLException {
    Session holder = SessionTable.holder(connection, session.agentId(), session.key());
    if (holder != null) {
      throw StoreErrors.keyInUse(session.key(), holder.sessionId());
    }
  }

  /** The owner of a locked session, whose agent cannot be deleted first. */
  private static String owner(Connection connection, Session session) throws SQLException {
    UUID agentId = session.agentId();
    Agent agent = AgentTable.find(connection, List.of(agentId)).get(agentId);
    return Objects.requireNonNull(agent, "The session has no agent.").owner();
  }
}
