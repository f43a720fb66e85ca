package dev.parley.storage.rocksdb;

import dev.parley.model.Appended;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Appending. */
final class MessageWrites {
  private final SessionWrites sessions;
  private final SessionRows rows;

  MessageWrites(SessionWrites sessions, SessionRows rows) {
    this.sessions = sessions;
    this.rows = rows;
  }

  Appended append(Batch batch, Append append) {
    List<Message.Draft> drafts = append.drafts();
    Set<String> ids = requireOneDraftAnId(drafts);
    Session before = SessionRows.find(batch, append.ref());
    Session session = before != null ? before : made(batch, append);
    List<@Nullable Message> stored =
        before != null ? stored(batch, session, drafts) : Collections.nCopies(drafts.size(), null);
    for (Message message : stored) {
      if (message != null) {
        ids.remove(message.draft().messageId());
      }
    }
    if (ids.isEmpty()) {
      return new Appended(session, List.copyOf(stored));
    }
    if (session.isArchived()) {
      throw Refusals.sessionArchived();
    }
    long head = session.headSequence();
    if (append.expectedHead().isPresent() && append.expectedHead().getAsLong() != head) {
      throw Refusals.staleSequence(head);
    }
    Instant now = append.now().truncatedTo(ChronoUnit.MICROS);
    Session after =
        rows.put(batch, before, session.withAppended(ids.size(), spoken(drafts, ids), now));
    return new Appended(after, put(batch, after, head, drafts, stored));
  }

  /** The ids of the drafts; refuses two drafts that share one and are not equal. */
  private static Set<String> requireOneDraftAnId(List<Message.Draft> drafts) {
    Map<String, Message.Draft> byId = new HashMap<>();
    for (Message.Draft draft : drafts) {
      Message.Draft other = byId.putIfAbsent(draft.messageId(), draft);
      if (other != null && !other.equals(draft)) {
        throw Refusals.messageIdReused(draft.messageId());
      }
    }
    return new HashSet<>(byId.keySet());
  }

  private Session made(Batch batch, Append append) {
    Session made = append.sessionIfMissing();
    if (made == null || !(append.ref() instanceof SessionRef.ByKey ref)) {
      throw Refusals.sessionNotFound();
    }
    if (!made.agentId().equals(ref.agentId()) || !made.key().equals(ref.key())) {
      throw new IllegalArgumentException("The session to make is not the one named.");
    }
    sessions.requireNew(batch, made);
    // Free, or held by a session that the name does not admit.
    SessionWrites.requireKeyFree(batch, made);
    return made;
  }

  /** How many of the drafts with these ids, each counted once, the user or the agent says. */
  private static int spoken(List<Message.Draft> drafts, Set<String> ids) {
    return (int)
        drafts.stream()
            .filter(draft -> ids.contains(draft.messageId()))
            .filter(draft -> draft.role() == Role.USER || draft.role() == Role.ASSISTANT)
            .map(Message.Draft::messageId)
            .distinct()
            .count();
  }

  /** For each draft the message that holds its id, which is equal, or null. */
  private static List<@Nullable Message> stored(
      Batch batch, Session session, List<Message.Draft> drafts) {
    List<byte[]> ids = new ArrayList<>(drafts.size());
    for (Message.Draft draft : drafts) {
      ids.add(Keys.messageId(session.agentId(), session.sessionId(), draft.messageId()));
    }
    List<byte @Nullable []> sequences = batch.getAll(Family.MESSAGE_IDS, ids);
    List<@Nullable Message> stored = new ArrayList<>(drafts.size());
    for (int i = 0; i < drafts.size(); i++) {
      byte[] sequence = sequences.get(i);
      stored.add(sequence == null ? null : equal(batch, session, drafts.get(i), sequence));
    }
    return stored;
  }

  private static Message equal(
      Batch batch, Session session, Message.Draft draft, byte[] sequenceValue) {
    long sequence = Keys.toSequence(sequenceValue);
    byte[] value =
        batch.get(Family.MESSAGES, Keys.message(session.agentId(), session.sessionId(), sequence));
    if (value == null) {
      throw new IllegalStateException("A message id without its message.");
    }
    Message message = Records.toMessage(sequence, value);
    if (!message.draft().equals(draft)) {
      throw Refusals.messageIdReused(draft.messageId());
    }
    return message;
  }

  /** Numbers the drafts that are not stored on from {@code head}. */
  private static List<Message> put(
      Batch batch,
      Session session,
      long head,
      List<Message.Draft> drafts,
      List<@Nullable Message> stored) {
    List<Message> messages = new ArrayList<>(drafts.size());
    Map<String, Message> fresh = new HashMap<>();
    long sequence = head;
    for (int i = 0; i < drafts.size(); i++) {
      String id = drafts.get(i).messageId();
      Message message = stored.get(i) != null ? stored.get(i) : fresh.get(id);
      if (message == null) {
        // The update time is that of this append, or of an earlier one that a faster clock timed.
        message = new Message(++sequence, drafts.get(i), session.updateTime());
        put(batch, session, message);
        fresh.put(id, message);
      }
      messages.add(message);
    }
    return Collections.unmodifiableList(messages);
  }

  private static void put(Batch batch, Session session, Message message) {
    UUID agentId = session.agentId();
    UUID sessionId = session.sessionId();
    long sequence = message.sequence();
    batch.put(
        Family.MESSAGES, Keys.message(agentId, sessionId, sequence), Records.ofMessage(message));
    batch.put(
        Family.MESSAGE_IDS,
        Keys.messageId(agentId, sessionId, message.draft().messageId()),
        Keys.ofSequence(sequence));
    String runId = message.draft().runId();
    if (runId != null) {
      batch.mark(Family.RUN_MESSAGES, Keys.runMessage(agentId, sessionId, runId, sequence));
    }
  }
}
