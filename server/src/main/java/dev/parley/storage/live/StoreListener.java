package dev.parley.storage.live;

import dev.parley.model.Message;
import dev.parley.model.Session;
import java.util.List;
import java.util.UUID;

/**
 * Is told of changes after their commit, and before their caller. Methods run on threads of the
 * store, in any order, so they must not block. They must not throw.
 */
public interface StoreListener {
  /** A session was created, except by an append. */
  void created(Session session);

  /**
   * Messages were appended.
   *
   * @param session the session after the append
   * @param messages the new messages; empty if all of them were stored before
   */
  void appended(Session session, List<Message> messages);

  /** A message was deleted. */
  void messageDeleted(SessionId session, long sequence);

  /** A session was changed, or may have been changed by a write whose outcome is unknown. */
  void changed(SessionId session);

  /** A run of a session was changed, or may have been. */
  void runChanged(SessionId session);

  /** All sessions of an agent may have changed. */
  void changedAgent(UUID agentId);

  /**
   * The outcome of a write to an agent's session is unknown, and it is not known which session it
   * is.
   */
  void outcomeUnknown(UUID agentId);
}
