package dev.parley.model;

import java.util.List;

/**
 * What an append came to.
 *
 * @param session the session as it is now
 * @param messages one for each draft, in that order
 */
public record Appended(Session session, List<Message> messages) {}
