package dev.parley.storage.rules;

import dev.parley.model.AppendResult;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The result of an append by the rules of {@link MessageStore#append}, computed the same way in all
 * stores.
 *
 * @param session the session after the append
 * @param messages one message per draft, in the order of the drafts
 * @param newMessages the messages to store, in order of their sequences; if it is empty, all drafts
 *     are stored already and the session does not change
 */
public record AppendPlan(Session session, List<Message> messages, List<Message> newMessages) {

  /**
   * Plans an append to a session.
   *
   * @param session the present session
   * @param stored the session's messages by id; must include those with one of the chosen ids
   */
  public static AppendPlan of(Append append, Session session, Map<String, Message> stored) {
    Map<String, Message.Draft> wanted = byId(append.drafts());
    wanted.forEach((id, draft) -> requireSame(draft, stored.get(id)));
    List<Message.Draft> fresh = new ArrayList<>(wanted.values());
    fresh.removeIf(draft -> stored.containsKey(draft.messageId()));
    if (fresh.isEmpty()) {
      return new AppendPlan(session, answer(append, stored), List.of());
    }
    if (session.isArchived()) {
      throw StoreErrors.sessionArchived();
    }
    Instant now = append.now().truncatedTo(ChronoUnit.MICROS);
    OptionalLong fence = append.leaseFence();
    if (fence.isPresent() && !session.leases().isLive(fence.getAsLong(), now)) {
      throw StoreErrors.leaseLost(fence.getAsLong());
    }
    long head = session.headSequence();
    if (append.expectedHead().isPresent() && append.expectedHead().getAsLong() != head) {
      throw StoreErrors.staleSequence(head);
    }
    Session after = session.withAppended(fresh.size(), spoken(fresh), now);
    Map<String, Message> known = new HashMap<>(stored);
    List<Message> newMessages = new ArrayList<>(fresh.size());
    for (Message.Draft draft : fresh) {
      // The update time comes from this append, or from an earlier append by a server whose clock
      // is ahead.
      Message message = new Message(++head, numbered(append, draft, head), after.updateTime());
      newMessages.add(message);
      known.put(draft.messageId(), message);
    }
    return new AppendPlan(after, answer(append, known), newMessages);
  }

  /** Gives a draft whose id the caller did not choose an id that ends with the sequence. */
  private static Message.Draft numbered(Append append, Message.Draft draft, long sequence) {
    String id = draft.messageId();
    return append.chosenIds().contains(id)
        ? draft
        : draft.withId(MessageIds.withSequence(id, sequence));
  }

  /** Returns the session that an append creates because the named session does not exist. */
  public static Session newSession(Append append) {
    Session made = append.sessionIfMissing();
    if (made == null || !(append.ref() instanceof SessionRef.ByKey ref)) {
      throw StoreErrors.sessionNotFound();
    }
    if (!made.agentId().equals(ref.agentId()) || !made.key().equals(ref.key())) {
      throw new IllegalArgumentException(
          "The session to create does not have the agent and key of the reference.");
    }
    return UpdateRules.requireNew(made);
  }

  /** The answer to the append. */
  public AppendResult appended() {
    return new AppendResult(session, messages, newMessages);
  }

  /** Returns the distinct drafts in order. Fails if two drafts share an id and are not equal. */
  private static Map<String, Message.Draft> byId(List<Message.Draft> drafts) {
    Map<String, Message.Draft> byId = new LinkedHashMap<>();
    for (Message.Draft draft : drafts) {
      Message.Draft other = byId.putIfAbsent(draft.messageId(), draft);
      if (other != null && !other.equals(draft)) {
        throw StoreErrors.messageIdReused(draft.messageId());
      }
    }
    return byId;
  }

  private static void requireSame(Message.Draft draft, @Nullable Message stored) {
    if (stored != null && (stored.isDeleted() || !stored.draft().equals(draft))) {
      throw StoreErrors.messageIdReused(draft.messageId());
    }
  }

  /** Counts the drafts with role user or assistant. */
  private static int spoken(List<Message.Draft> drafts) {
    return (int) drafts.stream().filter(draft -> draft.role().isSpoken()).count();
  }

  private static List<Message> answer(Append append, Map<String, Message> known) {
    return append.drafts().stream()
        .map(draft -> Objects.requireNonNull(known.get(draft.messageId())))
        .toList();
  }
}
