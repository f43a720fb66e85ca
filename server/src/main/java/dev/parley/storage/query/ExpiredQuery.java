package dev.parley.storage.query;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of expired sessions.
 *
 * @param agentId only sessions of this agent; null for all
 * @param until only sessions with an indexed time up to this time
 * @param after only sessions after this position; null to start at the first
 * @param limit the number of index entries to read, at least 1
 */
public record ExpiredQuery(
    @Nullable UUID agentId, Instant until, @Nullable Cursor after, int limit) {}
