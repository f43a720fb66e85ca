package dev.parley.storage.rocksdb.write;

import dev.parley.model.AppendResult;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.Append;
import dev.parley.storage.change.Change;
import dev.parley.storage.rocksdb.cache.AgentAndKeyCache;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.MessageRecords;
import dev.parley.storage.rocksdb.commit.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.read.MessageIdLookup;
import dev.parley.storage.rocksdb.read.SessionLookup;
import dev.parley.storage.rules.AppendPlan;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.rules.StoreErrors;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Appends and deletes messages. */
public final class MessageWrites {
  private final AgentAndKeyCache cache;
  private final SessionWrites sessions;
  private final SessionRows rows;

  public MessageWrites(AgentAndKeyCache cache, SessionWrites sessions, SessionRows rows) {
    this.cache = cache;
    this.sessions = sessions;
    this.rows = rows;
  }

  public AppendResult append(Batch batch, Append append) {
    Session before = SessionLookup.find(batch, append.ref());
    AppendPlan plan =
        before != null
            ? AppendPlan.of(append, before, stored(batch, before, append.chosenIds()))
            : AppendPlan.of(append, newSession(batch, append), Map.of());
    if (plan.newMessages().isEmpty()) {
      return plan.appended();
    }
    Session after = plan.session();
    rows.put(batch, before, after);
    RowList newRows = new RowList();
    plan.newMessages().forEach(m -> newRows.addMessage(after.agentId(), after.sessionId(), m));
    newRows.putInto(batch);
    if (before == null) {
      batch.log(Change.ofSession(after));
    }
    batch.log(Change.appended(after, plan.newMessages()));
    return plan.appended();
  }

  /** Replaces a message by a row without content. */
  public Message delete(Batch batch, SessionRef ref, String messageId, AuditContext audit) {
    Session session = SessionWrites.requireActive(batch, ref);
    Message message = stored(batch, session, Set.of(messageId)).get(messageId);
    if (message == null || message.isDeleted()) {
      throw StoreErrors.messageNotFound(messageId);
    }
    Message deleted = message.deleted(Micros.truncate(audit.time()));
    batch.put(
        ColumnFamily.MESSAGES,
        Keys.message(session.agentId(), session.sessionId(), message.sequence()),
        MessageRecords.ofMessage(deleted));
    rows.put(batch, session, session.withDeleted(message.draft().role()));
    batch.log(Change.messageDeleted(session, message.sequence()));
    AuditWrites.put(batch, audit.entryFor(cache.ownerOf(session), session, message));
    return deleted;
  }

  /** Removes all messages. The batch is full after this write. */
  public Session clear(Batch batch, SessionRef ref, Consumer<Session> guard, AuditContext audit) {
    Session session = SessionWrites.requireActive(batch, ref);
    guard.accept(session);
    if (session.headSequence() > session.counts().clearedSequence()) {
      SessionRows.removeMessages(batch, Keys.session(session.agentId(), session.sessionId()));
    }
    AuditWrites.put(batch, audit.entryFor(cache.ownerOf(session), session));
    batch.log(Change.ofSession(session));
    Session cleared = session.withCleared();
    rows.put(batch, session, cleared);
    return cleared;
  }

  private Session newSession(Batch batch, Append append) {
    Session created = sessions.newSession(batch, AppendPlan.newSession(append));
    // The key may be free, or held by a session that the reference does not match.
    SessionWrites.requireKeyFree(batch, created);
    return created;
  }

  /** The messages of a session with these ids, by id. */
  private static Map<String, Message> stored(Batch batch, Session session, Set<String> ids) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    Map<String, Message> stored = new HashMap<>();
    for (long sequence : MessageIdLookup.candidates(batch, session, ids)) {
      byte[] key = Keys.message(session.agentId(), session.sessionId(), sequence);
      byte[] value = batch.get(ColumnFamily.MESSAGES, key);
      if (value == null) {
        throw new IllegalStateException("The message of a message id is missing.");
      }
      Message message = MessageRecords.toMessage(sequence, value);
      if (ids.contains(message.draft().messageId())) {
        stored.put(message.draft().messageId(), message);
      }
    }
    return stored;
  }
}
