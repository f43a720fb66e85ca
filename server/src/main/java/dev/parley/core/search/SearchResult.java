package dev.parley.core.search;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.search.text.Snippet;

/**
 * A message that matches a search.
 *
 * @param session the session of the message
 * @param message the message
 * @param score how well it matches
 * @param snippet the part that matches best
 */
public record SearchResult(Session session, Message message, double score, Snippet snippet) {}
