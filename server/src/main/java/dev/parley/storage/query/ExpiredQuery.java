package dev.parley.storage.query;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions that are due to be deleted to list.
 *
 * @param agentId only this agent's; null for all
 * @param until only those that are filed under this time or an earlier one
 * @param after only those that are filed behind this place; null to start from the first
 * @param limit how many files to look at, at least 1
 */
public record ExpiredQuery(
    @Nullable UUID agentId, Instant until, @Nullable Cursor after, int limit) {}
