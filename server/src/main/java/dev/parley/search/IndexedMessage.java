package dev.parley.search;

import dev.parley.model.Message;
import dev.parley.storage.live.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * A message of an active session, as it is indexed.
 *
 * @param session the session
 * @param owner the owner of the session's agent
 * @param user the user of the session, if any
 * @param message the message, which is not deleted
 */
public record IndexedMessage(
    SessionId session, String owner, @Nullable String user, Message message) {}
