package dev.parley.storage.rocksdb.write;

import dev.parley.model.AppendResult;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.storage.Append;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.codec.MessageRecords;
import dev.parley.storage.rocksdb.engine.Batch;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.read.SessionLookup;
import dev.parley.storage.rules.AppendPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Appends messages. */
public final class MessageWrites {
  private final SessionWrites sessions;
  private final SessionRows rows;

  public MessageWrites(SessionWrites sessions, SessionRows rows) {
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
    Session after = rows.put(batch, before, plan.session());
    RowList newRows = new RowList();
    plan.newMessages().forEach(m -> newRows.addMessage(after.agentId(), after.sessionId(), m));
    newRows.putInto(batch);
    return new AppendResult(after, plan.messages());
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
    UUID agentId = session.agentId();
    UUID sessionId = session.sessionId();
    List<byte @Nullable []> sequences =
        batch.getAll(
            ColumnFamily.MESSAGE_IDS,
            ids.stream().map(id -> Keys.messageId(agentId, sessionId, id)).toList());
    Map<String, Message> stored = new HashMap<>();
    for (byte[] found : sequences) {
      if (found != null) {
        long sequence = Keys.toSequence(found);
        byte[] value = batch.get(ColumnFamily.MESSAGES, Keys.message(agentId, sessionId, sequence));
        if (value == null) {
          throw new IllegalStateException("The message of a message id is missing.");
        }
        Message message = MessageRecords.toMessage(sequence, value);
        stored.put(message.draft().messageId(), message);
      }
    }
    return stored;
  }
}
