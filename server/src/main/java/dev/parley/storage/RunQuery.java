package dev.parley.storage;

import dev.parley.model.SessionRef;

/**
 * Which runs of a session to read.
 *
 * @param ref the session
 * @param newestFirst by descending number; else by ascending
 * @param after only those that come after this number in that order; 0 to start from the first
 * @param limit the most to read, at least 1
 */
public record RunQuery(SessionRef.ById ref, boolean newestFirst, long after, int limit) {}
