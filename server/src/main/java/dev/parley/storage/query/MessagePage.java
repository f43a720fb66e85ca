package dev.parley.storage.query;

import dev.parley.model.Message;
import dev.parley.model.Session;
import java.util.List;

/**
 * A page of messages.
 *
 * @param session the session
 * @param messages the messages in the requested order
 * @param more whether more messages match the query
 */
public record MessagePage(Session session, List<Message> messages, boolean more) {}
