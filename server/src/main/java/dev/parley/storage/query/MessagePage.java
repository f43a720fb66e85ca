package dev.parley.storage.query;

import dev.parley.model.Message;
import dev.parley.model.Session;
import java.util.List;

/**
 * Messages read.
 *
 * @param session their session
 * @param messages in the order asked for
 * @param more whether others follow that match the query
 */
public record MessagePage(Session session, List<Message> messages, boolean more) {}
