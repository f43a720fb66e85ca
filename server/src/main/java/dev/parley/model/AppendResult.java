package dev.parley.model;

import java.util.List;

/**
 * The result of an append.
 *
 * @param session the session after the append
 * @param messages one message per draft, in the order of the drafts
 */
public record AppendResult(Session session, List<Message> messages) {}
