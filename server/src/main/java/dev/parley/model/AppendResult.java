package dev.parley.model;

import java.util.List;

/**
 * The result of an append.
 *
 * @param session the session after the append
 * @param messages one message per draft, in the order of the drafts
 * @param newMessages the messages that this append stored, without duplicates of earlier appends
 */
public record AppendResult(Session session, List<Message> messages, List<Message> newMessages) {}
