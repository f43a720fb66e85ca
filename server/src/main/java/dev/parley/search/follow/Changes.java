package dev.parley.search.follow;

import dev.parley.model.Message;
import dev.parley.storage.live.SessionId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a store that are not indexed yet.
 *
 * @param appends appended messages
 * @param deletions deleted messages
 * @param sessions sessions that must be compared with the store
 * @param agents agents that may have been deleted
 * @param incomplete whether changes are missing, so that all sessions must be compared
 */
record Changes(
    List<Appended> appends,
    List<Deleted> deletions,
    Set<SessionId> sessions,
    Set<UUID> agents,
    boolean incomplete) {

  /**
   * New messages of a session.
   *
   * @param session the session
   * @param user the user of the session, if any
   * @param messages the messages
   */
  record Appended(SessionId session, @Nullable String user, List<Message> messages) {}

  /** A deleted message. */
  record Deleted(SessionId session, long sequence) {}
}
